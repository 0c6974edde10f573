package dev.lockstep.it.kit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One set of namespaces, held by a process that is the first of its process namespace. When that process ends, every process
 * inside is killed by the kernel and every mount, address and cable inside goes with the last of them. It ends when told
 * to, and by itself when this JVM dies in whatever way, because its input ends then.
 */
final class Namespace implements AutoCloseable {
    private static final Duration END = Duration.ofSeconds(60);

    private final String name;
    private final Process holder;
    private final long pid;

    private Namespace(String name, Process holder, long pid) {
        this.name = name;
        this.holder = holder;
        this.pid = pid;
    }

    /**
     * Makes the namespaces and runs {@code setup}, shell text, as their first process.
     *
     * @param marker shown by {@code ps} as the name of the holder, so that a person knows what it is
     * @param staying a pipe that keeps the namespaces when this JVM ends; null for the usual short life
     */
    static Namespace make(String name, String marker, String setup, Path staying) {
        String wait = staying == null ? "read -r _" : "read -r _ <>'" + staying + "'";
        List<String> command = new ArrayList<>(List.of("unshare", "--net", "--mount", "--uts", "--ipc", "--pid"));
        command.addAll(List.of("--fork", "--kill-child", "--mount-proc", "--propagation", "private"));
        command.addAll(List.of("bash", "-c", "set -e\n" + setup + "\necho ready\nexec 1>&- 2>&-\n" + wait, marker));
        if (staying != null) {
            command.addFirst("setsid");
        }
        try {
            Process holder =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            BufferedReader words =
                    new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
            StringBuilder said = new StringBuilder();
            String line;
            while ((line = words.readLine()) != null && !line.equals("ready")) {
                said.append(line).append('\n');
            }
            if (line == null) {
                throw new KitFailure("cannot make the namespaces of " + name + " (are you root?): " + said);
            }
            ProcessHandle first = holder.toHandle()
                    .children()
                    .findFirst()
                    .orElseThrow(() -> new KitFailure("the first process of " + name + " is gone"));
            return new Namespace(name, holder, first.pid());
        } catch (IOException failure) {
            throw new KitFailure("cannot make the namespaces of " + name, failure);
        }
    }

    /** The first process inside, as the machine outside numbers it. */
    long pid() {
        return pid;
    }

    boolean alive() {
        return holder.isAlive();
    }

    /** The command line that runs {@code command} inside. */
    List<String> inside(List<String> command) {
        List<String> line =
                new ArrayList<>(List.of("nsenter", "-t", Long.toString(pid), "-n", "-m", "-u", "-i", "-p", "--"));
        line.addAll(command);
        return line;
    }

    /** Runs a short command in the network of this namespace, with the machine's own view of processes and files. */
    Outcome net(String... command) {
        List<String> line = new ArrayList<>(List.of("nsenter", "-t", Long.toString(pid), "-n", "--"));
        line.addAll(List.of(command));
        return Commands.run(Commands.PATIENCE, Map.of(), line);
    }

    /** Kills everything inside at once, as when the plug is pulled. */
    @Override
    public void close() {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        holder.destroyForcibly();
        try {
            if (!holder.waitFor(END.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new KitFailure("the holder of " + name + " (process " + holder.pid() + ") does not die");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        Patience.until(
                "the processes of " + name + " to end",
                END,
                () -> ProcessHandle.of(pid).isEmpty());
    }
}
