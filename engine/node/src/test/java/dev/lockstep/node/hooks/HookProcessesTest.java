package dev.lockstep.node.hooks;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HookProcessesTest {
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
    void execReturnsStatusAndTextAndLogsTheOutput() throws Exception {
        HookBench.onLinux();
        bench.hook("start_prim", """
            def result = exec(['sh', '-c', 'echo $GREETING; echo no >&2; exit 3'], env: [GREETING: 'hi'])
            assert result.exitValue == 3
            assert result.text == 'hi\\nno\\n'
            assert !result
            assert exec('echo $SERVICES').text == 'a,b\\n'
            exec('exit 7', check: true)
            """);

        HookOutcome.Failed failed = assertInstanceOf(HookOutcome.Failed.class, bench.run("start_prim"));

        assertEquals("start_prim.groovy:6: the command [/bin/sh, -c, exit 7] returned 7: ", failed.message());
        assertEquals(List.of("hi", "no", "a,b"), bench.printed().subList(0, 3));
    }

    @Test
    void aProcessIsKilledWithItsChildrenWhenItsTimeIsOver() throws Exception {
        HookBench.onLinux();
        Path orphan = directory.resolve("orphan");
        bench.hook("start_prim", """
            exec("(sleep 61 & echo \\$! > %s) ; sleep 60", timeout: '5s')
            """.formatted(orphan));

        HookOutcome.Failed failed = assertInstanceOf(HookOutcome.Failed.class, bench.run("start_prim"));

        assertTrue(failed.message().contains("was killed with its children"), failed.message());
        long pid = Long.parseLong(Files.readString(orphan).strip());
        await().until(() -> !HookBench.runs(pid));
    }

    @Test
    void theProcessOfAHookIsKilledWhenTheHookIsGivenUp() throws Exception {
        HookBench.onLinux();
        Path child = directory.resolve("child");
        bench.hook("stop_prim", "exec('echo $$ > " + child + "; exec sleep 60')");

        CompletableFuture<HookOutcome> outcome = new CompletableFuture<>();
        HookRun run = bench.load().start(new HookCall("stop_prim", List.of("PRIM", "WAIT")), outcome::complete);
        await().until(() -> Files.exists(child) && !Files.readString(child).isBlank());
        run.abandon();

        assertInstanceOf(HookOutcome.TimedOut.class, outcome.get(30, TimeUnit.SECONDS));
        long pid = Long.parseLong(Files.readString(child).strip());
        await().until(() -> !HookBench.runs(pid));
    }

    @ParameterizedTest
    @ValueSource(strings = {"while sleep 0.2; do echo tick; done", "sleep 300"})
    void aDaemonThatKeepsTheOutputOpenDoesNotHoldTheHook(String daemons) throws Exception {
        HookBench.onLinux();
        bench.impatient();
        Path pid = directory.resolve("pid");
        bench.hook("start_prim", "exec('(" + daemons + ") & echo $! > " + pid + "')");

        assertEquals(new HookOutcome.Ok(), bench.run("start_prim"));

        long daemon = Long.parseLong(Files.readString(pid).strip());
        assertTrue(HookBench.runs(daemon));
        ProcessHandle.of(daemon).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void anExecutableRunsWithTheArgumentsAndTheEnvironmentOfTheReference() throws Exception {
        HookBench.onLinux();
        bench.executable("start_prim", "#!/bin/sh\necho $SAFEMODULE $SERVICES $*\nexit 4\n");

        assertEquals(
                new HookOutcome.Failed("start_prim returned 4"), bench.run("start_prim", "WAIT", "ALONE", "start"));
        assertEquals(List.of("ledger a,b WAIT ALONE start"), bench.printed());
    }

    @Test
    void theCommandsOfTheInstallationAreFoundByTheirNames() throws Exception {
        HookBench.onLinux();
        bench.executable("start_prim", "#!/bin/sh\necho ${PATH%%:*} $SAFEBIN\n");

        assertEquals(new HookOutcome.Ok(), bench.run("start_prim", "WAIT", "ALONE", "start"));
        String[] found = bench.printed().getFirst().split(" ", -1);
        assertTrue(found[0].endsWith("/bin"), found[0]);
        assertEquals(found[0].replaceAll("/bin$", "/private/bin"), found[1]);
    }

    @Test
    void anExecutableThatHangsIsKilled() throws Exception {
        HookBench.onLinux();
        Path pid = directory.resolve("pid");
        bench.executable("stop_prim", "#!/bin/sh\necho $$ > " + pid + "\nsleep 60\n");

        CompletableFuture<HookOutcome> outcome = new CompletableFuture<>();
        HookRun run = bench.load().start(new HookCall("stop_prim", List.of("PRIM", "WAIT")), outcome::complete);
        await().until(() -> Files.exists(pid) && !Files.readString(pid).isBlank());
        run.abandon();

        assertInstanceOf(HookOutcome.TimedOut.class, outcome.get(30, TimeUnit.SECONDS));
        long process = Long.parseLong(Files.readString(pid).strip());
        await().until(() -> !HookBench.runs(process));
    }
}
