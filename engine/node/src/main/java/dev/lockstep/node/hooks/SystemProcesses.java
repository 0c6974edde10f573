package dev.lockstep.node.hooks;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes of the operating system. Where {@code setsid} exists each one leads a process group, so that when its time is over
 * everything it started can be killed, also what lost its parent.
 */
public final class SystemProcesses implements Processes {
    /** How long the output of a process that has ended is waited for: a daemon it left behind may keep the pipe open for ever. */
    private static final Duration LAST_OUTPUT = Duration.ofMillis(500);

    private static final Logger LOG = LoggerFactory.getLogger(SystemProcesses.class);
    private static final int BUFFER_BYTES = 8 << 10;
    private static final Path SETSID = Path.of("/usr/bin/setsid");
    private static final Path KILL = Path.of("/bin/kill");

    private static final Path SHELL = Path.of("/bin/sh");

    /** The engine keeps its own files to itself; an application makes its files with the mask it would have without the engine. */
    private static final List<String> USUAL_MASK = List.of(SHELL.toString(), "-c", "umask 022; exec \"$@\"", "sh");

    private final boolean usual = Files.isExecutable(SHELL);
    private final Duration lastOutput;
    private final boolean groups = Files.isExecutable(SETSID) && Files.isExecutable(KILL);

    /** Waits for the output as long as is good for a node that must go on. */
    public SystemProcesses() {
        this(LAST_OUTPUT);
    }

    /** Waits for the last output of a process that has ended, if it is still open, for so long. */
    SystemProcesses(Duration lastOutput) {
        this.lastOutput = lastOutput;
    }

    @Override
    public Result run(Command command, OutputStream output) throws IOException, TimeoutFailure, InterruptedException {
        List<String> words = new ArrayList<>(command.words());
        if (usual) {
            words.addAll(0, USUAL_MASK);
        }
        if (groups) {
            words.addFirst(SETSID.toString());
        }
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(command.directory().toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File(nothing())));
        builder.environment().putAll(command.environment());
        Process process = builder.start();
        Drain drain = new Drain(process.getInputStream(), output, command.hook());
        try {
            if (!process.waitFor(command.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
                throw new TimeoutFailure("The process " + command.words() + " did not end within "
                        + command.timeout().toSeconds() + " s and was killed with its children.");
            }
        } catch (TimeoutFailure | InterruptedException givenUp) {
            kill(process);
            throw givenUp;
        }
        drain.ended.await(lastOutput.toMillis(), TimeUnit.MILLISECONDS);
        return new Result(process.exitValue(), drain.text());
    }

    private static String nothing() {
        return File.separatorChar == '\\' ? "NUL" : "/dev/null";
    }

    private void kill(Process process) throws IOException {
        List<ProcessHandle> tree = new ArrayList<>(process.descendants().toList());
        tree.add(process.toHandle());
        if (groups) {
            new ProcessBuilder(KILL.toString(), "-KILL", "--", "-" + process.pid())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        }
        tree.forEach(ProcessHandle::destroyForcibly);
    }

    /** Reads the output of a process to its end on a thread of its own, which outlives the call when a daemon was left behind. */
    private static final class Drain {
        private final InputStream source;
        private final OutputStream output;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private final CountDownLatch ended = new CountDownLatch(1);

        Drain(InputStream source, OutputStream output, String hook) {
            this.source = source;
            this.output = output;
            Thread.ofPlatform().name("output of " + hook).daemon(true).start(this::run);
        }

        private void run() {
            byte[] buffer = new byte[BUFFER_BYTES];
            try (source) {
                for (int read = source.read(buffer); read >= 0; read = source.read(buffer)) {
                    output.write(buffer, 0, read);
                    keep(buffer, read);
                }
            } catch (IOException closed) {
                LOG.debug("The output of a process of a hook ended early.", closed);
            } finally {
                ended.countDown();
            }
        }

        private synchronized void keep(byte[] bytes, int length) {
            kept.write(bytes, 0, Math.min(length, TEXT_BYTES - kept.size()));
        }

        synchronized String text() {
            return kept.toString(Charset.defaultCharset());
        }
    }
}
