package dev.lockstep.node.hooks;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.core.mirror.LogLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroovyHookRunnerTest {
    /** Held by a hook that does not react to interruption. */
    public static final java.util.concurrent.Semaphore STUCK = new java.util.concurrent.Semaphore(0);

    @TempDir
    Path directory;

    private HookBench bench;

    @BeforeEach
    void open() throws IOException {
        bench = new HookBench(directory);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aHookSeesTheCallTheModuleAndItsVariables() throws Exception {
        bench.hook("stop_prim", """
            println "$module $node $state $nextState $action $force $args"
            println "$SERVICES ${env.SERVICES} ${env.SAFEMODULE} ${env.SAFEUSERBIN == new File(env.SAFEVAR, 'bin').path}"
            [1].each { println "in a closure: $SERVICES" }
            """);

        HookOutcome outcome = bench.run("stop_prim", "force", "PRIM", "WAIT", "stop");

        assertEquals(new HookOutcome.Ok(), outcome);
        assertEquals(
                List.of(
                        "ledger alpha PRIM WAIT stop true [force, PRIM, WAIT, stop]",
                        "a,b a,b ledger true",
                        "in a closure: a,b"),
                bench.printed());
        assertTrue(bench.log().texts(LogLevel.S).getFirst().startsWith("Script stop_prim \"force\" > "));
    }

    @Test
    void theScriptLogHasTheNameAndTheFirstLineOfTheReference() throws Exception {
        bench.hook("start_prim", "println 'hello'");

        bench.run("start_prim", "WAIT", "ALONE", "start");

        Path file = bench.userlogs().getFirst();
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
        bench.hook("state", "println state.toString() + '|' + nextState");

        bench.run("state", "PRIM", "PRIM");

        assertEquals(List.of("PRIM|PRIM"), bench.printed());
    }

    @Test
    void everyCallHasABindingOfItsOwn() throws Exception {
        bench.hook("start_prim", "println binding.hasVariable('kept')\nkept = 1");

        HookRunner runner = bench.load();
        assertEquals(new HookOutcome.Ok(), bench.run(runner, "start_prim"));
        assertEquals(new HookOutcome.Ok(), bench.run(runner, "start_prim"));

        assertEquals(List.of("false", "false"), bench.printed());
    }

    @Test
    void anExceptionIsReportedWithTheLineOfTheScript() throws Exception {
        bench.hook("start_prim", "println 'before'\n\nthrow new IllegalStateException('the service does not answer')");

        assertEquals(
                new HookOutcome.Failed("start_prim.groovy:3: IllegalStateException: the service does not answer"),
                bench.run("start_prim"));
        assertEquals(
                List.of("Script start_prim failed: start_prim.groovy:3: IllegalStateException:"
                        + " the service does not answer"),
                bench.log().texts(LogLevel.E));
        assertTrue(
                bench.printed().contains("    at start_prim.groovy:3"),
                bench.printed().toString());
    }

    @Test
    void anExceptionInASharedClassNamesThatFile() throws Exception {
        Files.writeString(
                bench.bin().resolve("Services.groovy"), "class Services {\n  def stop() {\n    missing()\n  }\n}");
        bench.hook("stop_prim", "new Services().stop()");

        HookOutcome.Failed failed = assertInstanceOf(HookOutcome.Failed.class, bench.run("stop_prim"));

        assertTrue(failed.message().startsWith("Services.groovy:3: "), failed.message());
    }

    @Test
    void allFaultsOfAllScriptsAreFoundWhenTheyAreLoaded() throws Exception {
        bench.hook("start_prim", "println 'fine'\nif (");
        bench.hook("stop_prim", "System" + ".exit(1)\nRuntime.runtime.halt(2)\nRuntime.getRuntime().exit(2)");

        HookFaults faults = assertThrows(HookFaults.class, bench::load);

        assertTrue(faults.getMessage().contains("start_prim.groovy:2:"), faults.getMessage());
        assertTrue(
                faults.getMessage().contains("stop_prim.groovy:1:1: this call would end the daemon"),
                faults.getMessage());
        assertTrue(faults.getMessage().contains("stop_prim.groovy:2:1: "), faults.getMessage());
        assertTrue(faults.getMessage().contains("stop_prim.groovy:3:1: "), faults.getMessage());
    }

    @Test
    void aHookThatDoesNotExistIsAnsweredSo() throws Exception {
        Files.createDirectories(bench.bin());

        assertEquals(new HookOutcome.Missing(), bench.run("start_prim"));
        assertEquals(List.of(), bench.log().texts(LogLevel.S));
    }

    @Test
    void anEndlessLoopIsGivenUpWhenItsTimeIsOver() throws Exception {
        bench.hurried();
        bench.hook("stop_prim", "int i = 0\nwhile (true) { try { i++ } catch (Exception e) { i-- } }");

        HookOutcome.TimedOut outcome =
                assertInstanceOf(HookOutcome.TimedOut.class, bench.run("stop_prim", "PRIM", "WAIT"));

        assertEquals("not ended within 0.5 s, given up", outcome.message());
        await().until(() -> HookBench.liveThreads("hook ledger/stop_prim") == 0);
    }

    @Test
    void aHookThatSwallowsItsInterruptionCanUseNothingAnyMore() throws Exception {
        bench.hurried();
        bench.hook("stop_prim", """
            int n = 0
            while (true) {
                try { sleep(5) { true }; exec('true'); log.info('alive') } catch (Exception e) { n++ }
            }
            """);

        assertInstanceOf(HookOutcome.TimedOut.class, bench.run("stop_prim", "PRIM", "WAIT"));
        await().until(() -> HookBench.liveThreads("hook ledger/stop_prim") == 0);
    }

    @Test
    void aHookThatCannotBeEndedIsLeftBehindAndTheNextOneRuns() throws Exception {
        bench.limited(Duration.ofSeconds(4));
        bench.hook("stop_prim", "dev.lockstep.node.hooks.GroovyHookRunnerTest.STUCK.acquireUninterruptibly()");
        bench.hook("start_prim", "println 'runs'");
        HookRunner runner = bench.load();

        assertInstanceOf(HookOutcome.TimedOut.class, bench.run(runner, "stop_prim", "PRIM", "WAIT"));
        assertTrue(
                bench.log().texts(LogLevel.E).getFirst().endsWith("its thread is left behind"),
                bench.log().texts(LogLevel.E).toString());
        assertEquals(new HookOutcome.Ok(), bench.run(runner, "start_prim"));

        STUCK.release();
        await().until(() -> bench.log().texts(LogLevel.W).size() == 1);
    }

    @Test
    void anAbandonedHookIsAnsweredAtOnce() throws Exception {
        bench.hook("start_prim", "waitUntil(every: '10ms') { false }");
        CompletableFuture<HookOutcome> outcome = new CompletableFuture<>();

        HookRun run = bench.load().start(new HookCall("start_prim", List.of()), outcome::complete);
        run.abandon();
        run.abandon();

        assertEquals(new HookOutcome.TimedOut("given up by the engine"), outcome.get(10, TimeUnit.SECONDS));
    }

    @Test
    void waitUntilFailsWhenItsTimeIsOverUnlessToldOtherwise() throws Exception {
        bench.hook("start_prim", """
            int n = 0
            assert waitUntil(timeout: '5s', every: '1ms') { ++n == 3 }
            assert !waitUntil(timeout: '20ms', fail: false) { false }
            waitUntil(timeout: '20ms') { false }
            """);

        HookOutcome.Failed failed = assertInstanceOf(HookOutcome.Failed.class, bench.run("start_prim"));

        assertEquals("start_prim.groovy:4: what the hook waits for did not happen within 20 ms", failed.message());
    }

    @Test
    void aWrongOptionIsNamed() throws Exception {
        bench.hook("start_prim", "exec('true', timout: 5)");

        HookOutcome.Failed failed = assertInstanceOf(HookOutcome.Failed.class, bench.run("start_prim"));

        assertTrue(failed.message().contains("exec has no option timout"), failed.message());
    }

    @Test
    void resourcesCommandsAndTheModuleLogAreAtHand() throws Exception {
        bench.hook("start_prim", """
            assert resource('rfs.uptodate') == 'up'
            assert resource('custom.x') == null
            assert lockstep('stop', '-i', "start_prim").exitCode == 0
            log.info "one"; log.warn "two"; log.error "three"
            """);

        assertEquals(new HookOutcome.Ok(), bench.run("start_prim"));

        assertEquals(List.of(List.of("stop", "-i", "start_prim")), bench.commands());
        assertEquals(List.of("three"), bench.log().texts(LogLevel.E));
        assertEquals(List.of("two"), bench.log().texts(LogLevel.W));
        assertEquals("one", bench.log().texts(LogLevel.I).getFirst());
    }

    @Test
    void endlessOutputIsBoundedAndSaysSo() throws Exception {
        bench.withUserlogBytes(100);
        bench.hook("start_prim", "1000.times { println 'x' * 10 }");

        bench.run("start_prim");

        String text = Files.readString(bench.userlogs().getFirst());
        assertTrue(text.endsWith("\n[10900 more bytes were printed and dropped]\n"), text);
        assertTrue(text.length() < 250, text);
    }

    @Test
    void withoutLoggingThereIsNoScriptLog() throws Exception {
        bench.withoutLogging();
        bench.hook("start_prim", "println 'x'");

        assertEquals(new HookOutcome.Ok(), bench.run("start_prim"));

        assertEquals(List.of(), bench.userlogs());
        assertEquals(List.of("Script start_prim"), bench.log().texts(LogLevel.S));
    }

    @Test
    void onlyTheNewestScriptLogsAreKept() throws Exception {
        Files.createDirectories(directory.resolve("state"));
        for (int i = 0; i < UserLogs.KEPT + 10; i++) {
            Files.createFile(directory.resolve("state/userlog_2020-01-01T%06d_start_prim.ulog".formatted(i)));
        }
        bench.hook("start_prim", "println 'x'");

        bench.run("start_prim");

        assertEquals(UserLogs.KEPT, bench.userlogs().size());
        assertFalse(Files.exists(directory.resolve("state/userlog_2020-01-01T000010_start_prim.ulog")));
    }

    @Test
    void aHookRunsAlsoWhenItsScriptLogCannotBeWritten() throws Exception {
        Files.writeString(directory.resolve("state"), "in the way");
        bench.hook("stop_prim", "log.error('stopped')");

        assertEquals(new HookOutcome.Ok(), bench.run("stop_prim", "PRIM", "WAIT", "stop"));

        assertTrue(bench.log().texts(LogLevel.E).getFirst().contains("without a script log"));
        assertEquals("stopped", bench.log().texts(LogLevel.E).get(1));
    }

    @Test
    void whatADisplayHookPrintsIsPassedOn() throws Exception {
        bench.hook("state", "println 'all is well'");

        assertEquals("all is well\n", bench.display("state"));
        assertEquals(List.of("all is well"), bench.printed());
    }
}
