package dev.lockstep.fuse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A process that stands in a directory, has one file of it open for reading, and does what it is told: a monitoring or a backup. In a
 * mount namespace of its own, if wanted.
 */
final class Onlooker implements AutoCloseable {
    private static final String PROGRAM = """
            import errno, mmap, os, sys
            fd, mapping = -1, None
            print('here', flush=True)
            for line in sys.stdin:
                what, _, word = line.rstrip('\\n').partition(' ')
                try:
                    if what == 'open': fd = os.open(word, os.O_RDONLY); answer = 'ok'
                    elif what == 'map': mapping = mmap.mmap(fd, 0, mmap.MAP_SHARED, mmap.PROT_READ); answer = 'ok'
                    elif what == 'read': answer = os.pread(fd, 4096, 0).decode()
                    elif what == 'mapped': answer = mapping[:].decode()
                    elif what == 'list': answer = ' '.join(sorted(os.listdir(word)))
                    elif what == 'lock': import fcntl; fcntl.flock(fd, fcntl.LOCK_EX); answer = 'ok'
                    elif what == 'write':
                        out = os.open(word, os.O_WRONLY | os.O_CREAT, 0o644)
                        os.write(out, b'x')
                        os.close(out)
                        answer = 'ok'
                    elif what == 'hold': fd = os.open(word, os.O_RDWR); answer = 'ok'
                    elif what == 'put': os.pwrite(fd, b'x', 0); answer = 'ok'
                    else: answer = 'what?'
                except OSError as e:
                    answer = errno.errorcode[e.errno]
                print(answer, flush=True)
            """;

    private final Process process;
    private final Writer orders;
    private final BufferedReader answers;

    private Onlooker(Path directory, List<String> before) throws IOException {
        List<String> command = Stream.concat(before.stream(), Stream.of("python3", "-c", PROGRAM))
                .toList();
        process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        orders = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        if (!"here".equals(answers.readLine())) {
            throw new IOException("the onlooker did not begin");
        }
    }

    /** One among the other processes of the host. */
    static Onlooker in(Path directory) throws IOException {
        return new Onlooker(directory, List.of());
    }

    /** One that nothing of what is mounted later reaches. A script, run as root, prepares what it sees. */
    static Onlooker apart(Path directory, String script) throws IOException {
        return namespace("private", directory, script);
    }

    /** One in a mount namespace of its own into which what is mounted later comes, where the mounts around are shared. */
    static Onlooker slave(Path directory) throws IOException {
        return namespace("slave", directory, "true");
    }

    private static Onlooker namespace(String propagation, Path directory, String script) throws IOException {
        String all = script + "; exec \"$@\"";
        return new Onlooker(
                directory, List.of("unshare", "-m", "--propagation", propagation, "bash", "-ec", all, "onlooker"));
    }

    /** Does something; the answer, or the name of the error. */
    String told(String order) throws IOException {
        begin(order);
        return answers.readLine();
    }

    /** Begins something, and may die of it. */
    void begin(String order) throws IOException {
        orders.write(order + "\n");
        orders.flush();
    }

    @Override
    public void close() throws IOException {
        try {
            orders.close();
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
