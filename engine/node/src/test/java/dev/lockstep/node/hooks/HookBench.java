package dev.lockstep.node.hooks;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A module {@code ledger} on node {@code alpha} whose hooks a test writes, runs and looks at. */
final class HookBench implements AutoCloseable {
    /** More than any hook here needs, also on a busy machine. */
    private static final Duration LONG = Duration.ofSeconds(30);

    private final Path directory;
    private final MemoryLog log = new MemoryLog();
    private final List<List<String>> commands = new CopyOnWriteArrayList<>();
    private final List<HookRunner> open = new ArrayList<>();
    private Duration stopLimit = LONG;
    private Duration lastOutput = LONG;
    private boolean logging = true;
    private long userlogBytes = 1 << 20;

    HookBench(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(bin());
    }

    /** Stop hooks have half a second. */
    HookBench hurried() {
        return limited(Duration.ofMillis(500));
    }

    /** With another time limit of stop hooks. */
    HookBench limited(Duration limit) {
        stopLimit = limit;
        return this;
    }

    /** Does not wait for output that a daemon may keep open for ever. */
    HookBench impatient() {
        lastOutput = Duration.ofMillis(500);
        return this;
    }

    HookBench withoutLogging() {
        logging = false;
        return this;
    }

    HookBench withUserlogBytes(long bytes) {
        userlogBytes = bytes;
        return this;
    }

    static void onLinux() {
        assumeTrue(System.getProperty("os.name").equals("Linux"), "processes are those of Linux here");
    }

    static boolean runs(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    static long liveThreads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .count();
    }

    MemoryLog log() {
        return log;
    }

    List<List<String>> commands() {
        return commands;
    }

    Path bin() {
        return directory.resolve("bin");
    }

    /** Writes a Groovy hook. */
    void hook(String name, String text) throws IOException {
        Files.writeString(bin().resolve(name + ".groovy"), text);
    }

    /** Writes an executable hook. */
    void executable(String name, String text) throws IOException {
        Path file = Files.writeString(bin().resolve(name), text);
        if (!file.toFile().setExecutable(true)) {
            throw new IOException("cannot make " + file + " executable");
        }
    }

    HookOutcome run(String hook, String... arguments) throws Exception {
        return run(load(), hook, arguments);
    }

    HookOutcome run(HookRunner runner, String hook, String... arguments) throws Exception {
        CompletableFuture<HookOutcome> outcome = new CompletableFuture<>();
        runner.start(new HookCall(hook, List.of(arguments)), outcome::complete);
        return outcome.get(60, TimeUnit.SECONDS);
    }

    /** Runs a hook for what it prints. */
    String display(String hook) throws Exception {
        CompletableFuture<HookOutcome> outcome = new CompletableFuture<>();
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        load().start(new HookCall(hook, List.of()), printed, outcome::complete);
        outcome.get(60, TimeUnit.SECONDS);
        return printed.toString(StandardCharsets.UTF_8);
    }

    HookRunner load() throws HookFaults, IOException {
        HookSettings settings = new HookSettings(
                "ledger",
                "alpha",
                directory,
                directory,
                bin(),
                directory.resolve("conf"),
                directory.resolve("state"),
                Map.of("SERVICES", "a,b"),
                stopLimit,
                stopLimit,
                LONG,
                logging,
                userlogBytes);
        Map<String, String> resources = Map.of("rfs.uptodate", "up");
        HookServices services = new HookServices(log, name -> Optional.ofNullable(resources.get(name)), arguments -> {
            commands.add(arguments);
            return new HookServices.Answer(0, "accepted");
        });
        HookRunner runner =
                GroovyHookRunner.load(settings, services, new SystemProcesses(lastOutput), Clock.systemUTC());
        open.add(runner);
        return runner;
    }

    List<Path> userlogs() throws IOException {
        if (!Files.isDirectory(directory.resolve("state"))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory.resolve("state"))) {
            return files.sorted().toList();
        }
    }

    /** Everything the calls printed, without the first lines. */
    List<String> printed() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path file : userlogs()) {
            List<String> all = Files.readAllLines(file);
            lines.addAll(all.subList(1, all.size()));
        }
        return lines;
    }

    @Override
    public void close() {
        open.forEach(HookRunner::close);
    }
}
