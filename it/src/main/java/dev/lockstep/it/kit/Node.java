package dev.lockstep.it.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A host with Lockstep on it: the daemon in the foreground of a process of its own, and the command as an operator types it. */
public final class Node {
    /** A daemon on a busy machine with two processors. */
    private static final Duration START = Duration.ofSeconds(60);

    private static final Duration CLEAN_STOP = Duration.ofSeconds(60);
    private static final Duration FREEZE = Duration.ofSeconds(20);

    private final Host host;
    private final Path installation;
    private final String var;
    private Process daemon;

    Node(Host host, Path installation, String disk) {
        this.host = host;
        this.installation = installation;
        this.var = disk + "/lockstep";
    }

    public String name() {
        return host.name();
    }

    public Host host() {
        return host;
    }

    /** The state directory of this node, as it is called on the host. */
    public String var() {
        return var;
    }

    /** Starts the daemon and returns when it answers. */
    public void startDaemon() {
        launchDaemon();
        awaitDaemon();
    }

    /** Waits until the daemon answers that was started without waiting. */
    public void awaitDaemon() {
        Patience.until(
                "the daemon of " + name() + " to answer",
                START,
                () -> {
                    if (!daemon.isAlive()) {
                        throw new KitFailure("the daemon of " + name() + " ended at its start:\n" + lastWords());
                    }
                    return !view().equals(ModuleView.NOTHING)
                            || lockstep("state").ok();
                },
                this::lastWords);
    }

    /** Starts the daemon and does not wait for it. */
    public void launchDaemon() {
        List<String> command = List.of(installation.resolve("bin/lockstep").toString(), "daemon");
        try {
            Files.deleteIfExists(host.onDisk(var + "/control/endpoint"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        daemon = host.start(environment(), output(), command);
    }

    private Map<String, String> environment() {
        return Map.of("LOCKSTEP_VAR", var, "LOCKSTEP_JAVA_OPTIONS", "-XX:-UsePerfData");
    }

    /** What the daemon printed. */
    public Path output() {
        return host.disk().resolve("daemon.out");
    }

    /** The end of what the daemon printed. */
    public String lastWords() {
        try {
            List<String> lines = Files.readAllLines(output());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
        } catch (IOException failure) {
            return "(no output: " + failure.getMessage() + ")";
        }
    }

    public boolean daemonRuns() {
        return daemon != null && daemon.isAlive();
    }

    /** {@code kill -9} of the daemon; the rest of the host goes on. */
    public void killDaemon() {
        killEngine();
        awaitEnd();
    }

    /** Asks the daemon to end (SIGTERM) and waits for it. */
    public void stopDaemon() {
        engine().ifPresent(ProcessHandle::destroy);
        awaitEnd();
    }

    /** Freezes the daemon (SIGSTOP) and returns when it is frozen. */
    public void pauseDaemon() {
        signal("STOP", engine().stream());
        // nsenter stops itself when it sees its child stopped. Told to go on before that it would stop for ever.
        Patience.until("the daemon of " + name() + " to freeze", FREEZE, this::frozen);
    }

    /** Lets a frozen daemon go on (SIGCONT). */
    public void resumeDaemon() {
        signal("CONT", Stream.concat(Stream.of(daemon.toHandle()), engine().stream()));
    }

    /** Pulls the plug of the host. */
    public void powerOff() {
        if (frozen()) {
            killEngine();
        }
        host.powerOff();
        awaitEnd();
    }

    /** Gives the host its power back and starts the daemon, as a boot does. */
    public void powerOn() {
        host.powerOn();
        startDaemon();
    }

    private static void signal(String signal, Stream<ProcessHandle> processes) {
        List<String> kill = new ArrayList<>(List.of("kill", "-" + signal));
        processes.map(process -> Long.toString(process.pid())).forEach(kill::add);
        Commands.run(kill.toArray(String[]::new)).expectOk();
    }

    /** Also of a frozen daemon, whose nsenter must go on to take note of its end. */
    private void killEngine() {
        engine().ifPresent(ProcessHandle::destroyForcibly);
        if (frozen()) {
            signal("CONT", Stream.of(daemon.toHandle()));
        }
    }

    /** Whether the process that entered the host is stopped (proc_pid_stat(5)). */
    private boolean frozen() {
        if (!daemonRuns()) {
            return false;
        }
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(daemon.pid()), "stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
        } catch (IOException ended) {
            return false;
        }
    }

    /** The JVM of the daemon: the launcher became it, as the only child of the process that entered the host. */
    public Optional<ProcessHandle> engine() {
        return daemon == null ? Optional.empty() : daemon.toHandle().children().findFirst();
    }

    private void awaitEnd() {
        try {
            if (daemon != null && !daemon.waitFor(CLEAN_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new KitFailure("the daemon of " + name() + " does not end:\n" + lastWords());
            }
            daemon = null;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new KitFailure("interrupted", interrupted);
        }
    }

    /** Types a {@code lockstep} command on this node. */
    public Outcome lockstep(String... words) {
        return lockstep(Commands.PATIENCE, words);
    }

    /** Types a {@code lockstep} command on this node that may take its time. */
    public Outcome lockstep(Duration patience, String... words) {
        List<String> command = new ArrayList<>();
        command.add(installation.resolve("bin/lockstep").toString());
        command.addAll(List.of(words));
        return host.run(patience, Map.of("LOCKSTEP_VAR", var), command);
    }

    /** For a person's shell: the words that begin every {@code lockstep} command on this node. */
    public String commandLine() {
        return "nsenter -t " + host.pid() + " -n -m -u -i -p -- env LOCKSTEP_VAR=" + var + " "
                + installation.resolve("bin/lockstep");
    }

    /** For a person's shell: a shell on this node. */
    public String shellLine() {
        return "nsenter -t " + host.pid() + " -n -m -u -i -p -- env LOCKSTEP_VAR=" + var + " PATH="
                + installation.resolve("bin") + ":$PATH bash";
    }

    /** What this node shows of the module under test. */
    public ModuleView view() {
        return view(Mirror.NAME);
    }

    /** What this node shows of a module. */
    public ModuleView view(String module) {
        return Control.get(this, "modules/" + module).map(ModuleView::of).orElse(ModuleView.NOTHING);
    }

    /** The value of a resource of the module under test; empty when there is none. */
    public String resource(String name) {
        return Control.get(this, "modules/" + Mirror.NAME + "/resources/" + name)
                .map(resource -> resource.path("value").asText())
                .orElse("");
    }

    /** What the module log of this node says by now, verbose lines included, oldest first: {@code LEVEL text}. */
    public List<String> log() {
        List<String> lines = new ArrayList<>();
        Control.get(this, "modules/" + Mirror.NAME + "/log?verbose=true&count=100000")
                .ifPresent(log -> log.forEach(line -> lines.add(
                        line.path("level").asText() + " " + line.path("text").asText())));
        return lines;
    }

    /** A path of this host, through its mounts. */
    public Path path(String absolute) {
        return host.path(absolute);
    }

    /** The same path on the disk of this host, below the mounts. */
    public Path onDisk(String absolute) {
        return host.onDisk(absolute);
    }

    @Override
    public String toString() {
        return name();
    }
}
