package dev.lockstep.node.hooks;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.lockstep.core.mirror.LogLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroovyHookRunnerTest {
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    Path directory;

    private final MemoryLog log = new MemoryLog();
    private final List<List<String>> commands = new CopyOnWriteArrayList<>();
    private final List<HookRunner> open = new ArrayList<>();
    private long userlogBytes = 1 << 20;
    private boolean logging = true;

    @AfterEach
    void closeAll() {
        open.forEach(HookRunner::close);
    }

    @Test
    void aHookSeesTheCallTheModuleAndItsVariables() throws Exception {
        hook("stop_prim", """
            println "$module $node $state $nextState $action $force $args"
            println "$SERVICES ${env.SERVICES} ${env.SAFEMODULE} ${env.SAFEUSERBIN == new File(env.SAFEVAR, 'bin').path}"
            [1].each { println "in a closure: $SERVICES" }
            """);

        HookOutcome outcome = run("stop_prim", "force", "PRIM", "WAIT", "stop");

        assertEquals(new HookOutcome.Ok(), outcome);
        assertEquals(
                List.of(
                        "ledger alpha PRIM WAIT stop true [force, PRIM, WAIT, stop]",
                        "a,b a,b ledger true",
                        "in a closure: a,b"),
                printed());
        assertTrue(log.texts(LogLevel.S).getFirst().startsWith("Script stop_prim \"force\" > "));
    }

    @Test
    void theScriptLogHasTheNameAndTheFirstLineOfTheReference() throws Exception {
        hook("start_prim", "println 'hello'");

        run("start_prim", "WAIT", "ALONE", "start");

        Path file = userlogs().getFirst();
        assertTrue(
                file.getFileName().toString().matches("userlog_\\d{4}-\\d\\d-\\d\\dT\\d{6}_start_prim\\.ulog"),
                file.toString());
        assertTrue(
                Files.readAllLines(file)
                        .getFirst()
                        .matches("-+ \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\S* start_prim"),
                Files.readString(file));
    }

    @Test
    void hooksNamedLikeAVariableStillSeeTheVariable() throws Exception {
        hook("state", "println state.toString() + '|' + nextState");

        run("state", "PRIM", "PRIM");

        assertEquals(List.of("PRIM|PRIM"), printed());
    }

    @Test
    void everyCallHasABindingOfItsOwn() throws Exception {
        hook("start_prim", "println binding.hasVariable('kept')\nkept = 1");

        HookRunner runner = load();
        assertEquals(new HookOutcome.Ok(), run(runner, "start_prim"));
        assertEquals(new HookOutcome.Ok(), run(runner, "start_prim"));

        assertEquals(List.of("false", "false"), printed());
    }

    @Test
    void anExceptionIsReportedWithTheLineOfTheScript() throws Exception {
        hook("start_prim", "println 'before'\n\nthrow new IllegalStateException('the service does not answer')");

        assertEquals(
                new HookOutcome.Failed("start_prim.groovy:3: IllegalStateException: the service does not answer"),
                run("start_prim"));
        assertEquals(
                List.of("Script start_prim failed: start_prim.groovy:3: IllegalStateException:"
                        + " the service does not answer"),
                log.texts(LogLevel.E));
        assertTrue(printed().contains("    at start_prim.groovy:3"), printed().toString());
    }

    @Test
    void anExceptionInASharedClassNamesThatFile() throws Exception {
        Files.createDirectories(bin());
        Files.writeString(bin().resolve("Services.groovy"), "class Services {\n  def stop() {\n    missing()\n  }\n}");
        hook("stop_prim", "new Services().stop()");

        HookOutcome.Failed failed = assertInstanceOf(HookOutcome.Failed.class, run("stop_prim"));

        assertTrue(failed.message().startsWith("Services.groovy:3: "), failed.message());
    }

    @Test
    void allFaultsOfAllScriptsAreFoundWhenTheyAreLoaded() throws Exception {
        hook("start_prim", "println 'fine'\nif (");
        hook("stop_prim", "System.exit(1)\nRuntime.runtime.halt(2)\nRuntime.getRuntime().exit(2)");

        HookFaults faults = assertThrows(HookFaults.class, this::load);

        assertTrue(faults.getMessage().contains("start_prim.groovy:2:"), faults.getMessage());
        assertTrue(
                faults.getMessage().contains("stop_prim.groovy:1:1: this call would end the daemon"),
                faults.getMessage());
        assertTrue(faults.getMessage().contains("stop_prim.groovy:2:1: "), faults.getMessage());
        assertTrue(faults.getMessage().contains("stop_prim.groovy:3:1: "), faults.getMessage());
    }

    @Test
    void aHookThatDoesNotExistIsAnsweredSo() throws Exception {
        Files.createDirectories(bin());

        assertEquals(new HookOutcome.Missing(), run("start_prim"));
        assertEquals(List.of(), log.texts(LogLevel.S));
    }

    @Test
    void anEndlessLoopIsGivenUpWhenItsTimeIsOver() throws Exception {
        hook("stop_prim", "int i = 0\nwhile (true) { try { i++ } catch (Exception e) { i-- } }");

        HookOutcome.TimedOut outcome = assertInstanceOf(HookOutcome.TimedOut.class, run("stop_prim", "PRIM", "WAIT"));

        assertEquals("not ended within 0.3 s, given up", outcome.message());
        assertEquals(0, liveThreads("hook ledger/stop_prim"));
    }

    @Test
    void aHookThatSwallowsItsInterruptionCanUseNothingAnyMore() throws Exception {
        hook("stop_prim", """
            while (true) {
                try { sleep(5) { true }; exec('true'); log.info('alive') } catch (Exception e) { }
            }
            """);

        assertInstanceOf(HookOutcome.TimedOut.class, run("stop_prim", "PRIM", "WAIT"));
        await().until(() -> liveThreads("hook ledger/stop_prim") == 0);
    }

    @Test
    void aHookThatCannotBeEndedIsLeftBehindAndTheNextOneRuns() throws Exception {
        hook("stop_prim", "dev.lockstep.node.hooks.GroovyHookRunnerTest.STUCK.acquireUninterruptibly()");
        hook("start_prim", "println 'runs'");
        HookRunner runner = load();

        assertInstanceOf(HookOutcome.TimedOut.class, run(runner, "stop_prim", "PRIM", "WAIT"));
        assertTrue(
                log.texts(LogLevel.E).getFirst().endsWith("its thread is left behind"),
                log.texts(LogLevel.E).toString());
        assertEquals(new HookOutcome.Ok(), run(runner, "start_prim"));

        STUCK.release();
        await().until(() -> log.texts(LogLevel.W).size() == 1);
    }

    /** Held by a hook that does not react to interruption. */
    public static final java.util.concurrent.Semaphore STUCK = new java.util.concurrent.Semaphore(0);

    @Test
    void anAbandonedHookIsAnsweredAtOnce() throws Exception {
        hook("start_prim", "waitUntil(every: '10ms') { false }");
        CompletableFuture<HookOutcome> outcome = new CompletableFuture<>();

        HookRun run = load().start(new HookCall("start_prim", List.of()), outcome::complete);
        run.abandon();
        run.abandon();

        assertEquals(new HookOutcome.TimedOut("given up by the engine"), outcome.get(10, TimeUnit.SECONDS));
    }

    @Test
    void execReturnsStatusAndTextAndLogsTheOutput() throws Exception {
        onLinux();
        hook("start_prim", """
            def result = exec(['sh', '-c', 'echo $GREETING; echo no >&2; exit 3'], env: [GREETING: 'hi'])
            assert result.exitValue == 3
            assert result.text == 'hi\\nno\\n'
            assert !result
            assert exec('echo $SERVICES').text == 'a,b\\n'
            exec('exit 7', check: true)
            """);

        HookOutcome.Failed failed = assertInstanceOf(HookOutcome.Failed.class, run("start_prim"));

        assertEquals("start_prim.groovy:6: the command [/bin/sh, -c, exit 7] returned 7: ", failed.message());
        assertEquals(List.of("hi", "no", "a,b"), printed().subList(0, 3));
    }

    @Test
    void aProcessIsKilledWithItsChildrenWhenItsTimeIsOver() throws Exception {
        onLinux();
        Path orphan = directory.resolve("orphan");
        hook("start_prim", """
            exec("(sleep 61 & echo \\$! > %s) ; sleep 60", timeout: '400ms')
            """.formatted(orphan));

        HookOutcome.Failed failed = assertInstanceOf(HookOutcome.Failed.class, run("start_prim"));

        assertTrue(failed.message().contains("was killed with its children"), failed.message());
        long pid = Long.parseLong(Files.readString(orphan).strip());
        await().until(() -> !runs(pid));
    }

    @Test
    void theProcessOfAHookIsKilledWhenTheHookIsGivenUp() throws Exception {
        onLinux();
        Path child = directory.resolve("child");
        hook("stop_prim", "exec('echo $$ > " + child + "; exec sleep 60')");

        assertInstanceOf(HookOutcome.TimedOut.class, run("stop_prim", "PRIM", "WAIT"));

        long pid = Long.parseLong(Files.readString(child).strip());
        await().until(() -> !runs(pid));
    }

    @Test
    void aDaemonThatKeepsTheOutputOpenDoesNotHoldTheHook() throws Exception {
        onLinux();
        Path pid = directory.resolve("pid");
        hook("start_prim", "exec('(while sleep 0.2; do echo tick; done) & echo $! > " + pid + "')");

        assertEquals(new HookOutcome.Ok(), run("start_prim"));

        long daemon = Long.parseLong(Files.readString(pid).strip());
        assertTrue(runs(daemon));
        ProcessHandle.of(daemon).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void waitUntilFailsWhenItsTimeIsOverUnlessToldOtherwise() throws Exception {
        hook("start_prim", """
            int n = 0
            assert waitUntil(timeout: '5s', every: '1ms') { ++n == 3 }
            assert !waitUntil(timeout: '20ms', fail: false) { false }
            waitUntil(timeout: '20ms') { false }
            """);

        HookOutcome.Failed failed = assertInstanceOf(HookOutcome.Failed.class, run("start_prim"));

        assertEquals("start_prim.groovy:4: what the hook waits for did not happen within 20 ms", failed.message());
    }

    @Test
    void aWrongOptionIsNamed() throws Exception {
        hook("start_prim", "exec('true', timout: 5)");

        HookOutcome.Failed failed = assertInstanceOf(HookOutcome.Failed.class, run("start_prim"));

        assertTrue(failed.message().contains("exec has no option timout"), failed.message());
    }

    @Test
    void resourcesCommandsAndTheModuleLogAreAtHand() throws Exception {
        hook("start_prim", """
            assert resource('rfs.uptodate') == 'up'
            assert resource('custom.x') == null
            assert lockstep('stop', '-i', "start_prim").exitCode == 0
            log.info "one"; log.warn "two"; log.error "three"
            """);

        assertEquals(new HookOutcome.Ok(), run("start_prim"));

        assertEquals(List.of(List.of("stop", "-i", "start_prim")), commands);
        assertEquals(List.of("three"), log.texts(LogLevel.E));
        assertEquals(List.of("two"), log.texts(LogLevel.W));
        assertEquals("one", log.texts(LogLevel.I).getFirst());
    }

    @Test
    void anExecutableRunsWithTheArgumentsAndTheEnvironmentOfTheReference() throws Exception {
        onLinux();
        Path file = hookFile("start_prim", "#!/bin/sh\necho $SAFEMODULE $SERVICES $*\nexit 4\n", "");
        assertTrue(file.toFile().setExecutable(true));

        assertEquals(new HookOutcome.Failed("start_prim returned 4"), run("start_prim", "WAIT", "ALONE", "start"));
        assertEquals(List.of("ledger a,b WAIT ALONE start"), printed());
    }

    @Test
    void anExecutableThatHangsIsKilled() throws Exception {
        onLinux();
        Path pid = directory.resolve("pid");
        Path file = hookFile("stop_prim", "#!/bin/sh\necho $$ > " + pid + "\nsleep 60\n", "");
        assertTrue(file.toFile().setExecutable(true));

        assertInstanceOf(HookOutcome.TimedOut.class, run("stop_prim", "PRIM", "WAIT"));
        long process = Long.parseLong(Files.readString(pid).strip());
        await().until(() -> !runs(process));
    }

    @Test
    void endlessOutputIsBoundedAndSaysSo() throws Exception {
        userlogBytes = 100;
        hook("start_prim", "1000.times { println 'x' * 10 }");

        run("start_prim");

        String text = Files.readString(userlogs().getFirst());
        assertTrue(text.endsWith("\n[10900 bytes more were printed and dropped]\n"), text);
        assertTrue(text.length() < 250, text);
    }

    @Test
    void withoutLoggingThereIsNoScriptLog() throws Exception {
        logging = false;
        hook("start_prim", "println 'x'");

        assertEquals(new HookOutcome.Ok(), run("start_prim"));

        assertEquals(List.of(), userlogs());
        assertEquals(List.of("Script start_prim"), log.texts(LogLevel.S));
    }

    @Test
    void onlyTheNewestScriptLogsAreKept() throws Exception {
        Files.createDirectories(directory.resolve("state"));
        for (int i = 0; i < UserLogs.KEPT + 10; i++) {
            Files.createFile(directory.resolve("state/userlog_2020-01-01T%06d_start_prim.ulog".formatted(i)));
        }
        hook("start_prim", "println 'x'");

        run("start_prim");

        assertEquals(UserLogs.KEPT, userlogs().size());
        assertFalse(Files.exists(directory.resolve("state/userlog_2020-01-01T000010_start_prim.ulog")));
    }

    private HookOutcome run(String hook, String... arguments) throws Exception {
        return run(load(), hook, arguments);
    }

    private static HookOutcome run(HookRunner runner, String hook, String... arguments) throws Exception {
        CompletableFuture<HookOutcome> outcome = new CompletableFuture<>();
        runner.start(new HookCall(hook, List.of(arguments)), outcome::complete);
        return outcome.get(30, TimeUnit.SECONDS);
    }

    private HookRunner load() throws HookFaults, IOException {
        HookSettings settings = new HookSettings(
                "ledger",
                "alpha",
                directory,
                directory,
                bin(),
                directory.resolve("conf"),
                directory.resolve("state"),
                Map.of("SERVICES", "a,b"),
                SHORT,
                SHORT,
                Duration.ofSeconds(20),
                logging,
                userlogBytes);
        HookServices services = new HookServices(
                log, name -> Optional.ofNullable(Map.of("rfs.uptodate", "up").get(name)), arguments -> {
                    commands.add(arguments);
                    return new HookServices.Answer(0, "accepted");
                });
        HookRunner runner = GroovyHookRunner.load(settings, services, new SystemProcesses(), Clock.systemUTC());
        open.add(runner);
        return runner;
    }

    private Path bin() {
        return directory.resolve("bin");
    }

    private void hook(String name, String text) throws IOException {
        hookFile(name, text, ".groovy");
    }

    private Path hookFile(String name, String text, String extension) throws IOException {
        Files.createDirectories(bin());
        return Files.writeString(bin().resolve(name + extension), text);
    }

    private List<Path> userlogs() throws IOException {
        if (!Files.isDirectory(directory.resolve("state"))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory.resolve("state"))) {
            return files.sorted().toList();
        }
    }

    /** Everything the calls printed, without the first lines. */
    private List<String> printed() throws IOException {
        List<String> lines = new ArrayList<>();
        for (Path file : userlogs()) {
            List<String> all = Files.readAllLines(file);
            lines.addAll(all.subList(1, all.size()));
        }
        return lines;
    }

    private static boolean runs(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private static long liveThreads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .count();
    }

    private static void onLinux() {
        assumeTrue(Set.of("Linux").contains(System.getProperty("os.name")));
    }
}
