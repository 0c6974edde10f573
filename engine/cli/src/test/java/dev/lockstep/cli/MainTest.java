package dev.lockstep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    @TempDir
    Path var;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private FakeDaemon daemon;

    @BeforeEach
    void start() throws IOException {
        daemon = new FakeDaemon(var);
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            start -m ledger                             | POST modules/ledger/actions/start
            prim fullsync -m ledger                     | POST modules/ledger/actions/prim?option=fullsync
            swap nosync -m ledger -i me                 | POST modules/ledger/actions/swap?option=nosync&identity=me
            stop -i start_prim -m ledger                | POST modules/ledger/actions/stop?identity=start_prim
            incloop -m ledger -i probe                  | POST modules/ledger/actions/incloop?identity=probe
            checkloop -m ledger                         | GET modules/ledger/loop
            state                                       | GET modules
            state --json                                | GET modules json
            state -m ledger                             | GET modules/ledger
            state -m ledger -v                          | GET modules/ledger?verbose=true
            state -m ledger -lq                         | GET modules/ledger?form=word
            waitstate PRIM -m ledger                    | GET modules/ledger/wait?for=PRIM&timeout=30
            waitstop -m ledger --timeout 5              | GET modules/ledger/wait?for=stop&timeout=5
            failover off -m ledger                      | PUT modules/ledger/switches/failover <off>
            boot status                                 | GET switches/boot
            boot status -m ledger                       | GET modules/ledger/switches/boot
            get -r rfs.uptodate -m ledger               | GET modules/ledger/resources/rfs.uptodate
            set -r custom.x -v down -n -i p -m ledger   | PUT modules/ledger/resources/custom.x?logged=never&identity=p <down>
            log -m ledger                               | GET modules/ledger/log?count=300
            log -m ledger -s 5 -A                       | GET modules/ledger/log?count=5&verbose=true
            printe -m ledger -i p two words             | POST modules/ledger/log?level=E&identity=p <two words>
            level                                       | GET level
            config -m ledger                            | POST modules/ledger/config
            deconfig -m ledger                          | DELETE modules/ledger/config
            confcheck -m ledger                         | POST modules/ledger/check
            confinfo -m ledger                          | GET modules/ledger/config
            module list                                 | GET modules?form=names
            module listid                               | GET modules?form=ids
            module uninstall -m ledger                  | DELETE modules/ledger
            module getports -i 3                        | GET ports/3
            module install -m ledger -M 4 -r --set A=1 --set=B=x=y/z mirror | POST modules?source=mirror&name=ledger&id=4&replace=true&set=A%3D1&set=B%3Dx%3Dy%2Fz
            cluster confinfo                            | GET cluster
            cluster lock                                | POST cluster/lock
            cluster config                              | POST cluster/config
            cluster config unlock                       | POST cluster/unlock
            """)
    void everyVerbIsOneRequest(String line, String request) {
        assertEquals(0, run(line.split(" +", -1)));

        assertEquals(List.of(request), daemon.asked());
        assertEquals("", err.toString(StandardCharsets.UTF_8));
        assertEquals("ok\n", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void theModuleMayComeFromTheEnvironment() {
        assertEquals(0, Main.run(List.of("stop"), environment("SAFEMODULE", "a b"), print(out), print(err)));

        assertEquals(List.of("POST modules/a%20b/actions/stop"), daemon.asked());
    }

    @Test
    void filesAreSentWithTheirType() throws IOException {
        Path xml = Files.writeString(var.resolve("cluster.xml"), "<cluster/>");

        assertEquals(0, run("cluster", "config", xml.toString(), "lock"));
        assertEquals(0, run("cluster", "confcheck", xml.toString()));
        assertEquals(3, run("cluster", "confcheck", var.resolve("none.xml").toString()));

        assertEquals(
                List.of(
                        "POST cluster/config?name=cluster.xml <<cluster/>>",
                        "POST cluster/lock",
                        "POST cluster/check?name=cluster.xml <<cluster/>>"),
                daemon.asked());
    }

    @Test
    void whatHasNoEffectIsShownAfterTheVerdictAndInJson() {
        String text = "The configuration of ledger is good.\ninfo: m.xml:3:9: rfs@packetsize: it has no effect.\n";
        String json = "{\"message\":\"good\",\"warnings\":[],\"remarks\":[\"m.xml:3:9: it has no effect.\"]}\n";
        daemon.answer(200, 0, text).answer(200, 0, json);

        assertEquals(0, run("confcheck", "-m", "ledger"));
        assertEquals(0, run("confcheck", "-m", "ledger", "--json"));

        assertEquals(text + json, out.toString(StandardCharsets.UTF_8));
        assertEquals("", err.toString(StandardCharsets.UTF_8));
    }

    @Test
    void anExistingPathIsGivenToTheDaemonAsAbsolutePath() throws IOException {
        Path folder = Files.createDirectories(var.resolve("x.safe"));

        assertEquals(0, run("module", "install", folder.toString()));

        assertEquals(List.of("POST modules?source=" + Call.encoded(folder.toString())), daemon.asked());
    }

    @Test
    void refusalsGoToStandardErrorWithTheirExitCode() {
        daemon.answer(409, 4, "error: the swap is refused\n  -> wait\n");

        assertEquals(4, run("swap", "-m", "ledger"));

        assertEquals("error: the swap is refused\n  -> wait\n", err.toString(StandardCharsets.UTF_8));
        assertEquals("", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void aReachedLimitIsAnAnswerAndAModuleThatCannotWorkARefusal() {
        daemon.answer(200, 1, "the limit is reached\n").answer(409, 4, "error: the module cannot work\n");

        assertEquals(1, run("incloop", "-m", "ledger", "-i", "probe"));
        assertEquals(4, run("incloop", "-m", "ledger", "-i", "probe"));

        assertEquals("the limit is reached\n", out.toString(StandardCharsets.UTF_8));
    }

    @Test
    void theShortStateReturnsItsNumberAndFailuresNumbersThatAreNoState() {
        daemon.answer(200, 3, "PRIM\n").answer(404, 3, "error: no such module\n");

        assertEquals(3, run("state", "-lq", "-m", "ledger"));
        assertEquals(13, run("state", "-lq", "-m", "other"));
        assertEquals(12, run("state", "-lq"));
        assertEquals(12, run("state", "-lq", "-x", "-m", "ledger"));
        assertEquals(12, run("state", "-lq", "-m", "ledger", "now"));
        daemon.close();
        assertEquals(16, run("state", "-lq", "-m", "ledger"));
    }

    @Test
    void aLongWaitIsMadeOfShortOnes() {
        daemon.answer(202, 1, "not yet\n").answer(202, 1, "not yet\n").answer(200, 0, "ledger: PRIM Ready\n");

        assertEquals(0, run("waitstate", "PRIM", "-m", "ledger"));

        assertEquals("ledger: PRIM Ready\n", out.toString(StandardCharsets.UTF_8));
        assertEquals(3, daemon.asked().size());
    }

    @Test
    void aWaitThatIsOverReturnsOne() {
        daemon.answer(202, 1, "ledger: WAIT Transient\n");

        assertEquals(1, run("waitstate", "PRIM", "-m", "ledger", "--timeout", "0"));
    }

    @Test
    void shutdownWaitsForEveryModule() {
        daemon.answer(200, 0, "a\nb\n");

        assertEquals(0, run("shutdown"));

        assertEquals(
                List.of(
                        "POST shutdown?form=names",
                        "GET modules/a/wait?for=stop&timeout=30",
                        "GET modules/b/wait?for=stop&timeout=30"),
                daemon.asked());
    }

    @Test
    void shutdownWaitsForEveryModuleAlsoForPrograms() {
        daemon.answer(200, 0, "a\n");

        assertEquals(0, run("shutdown", "--json"));

        assertEquals(
                List.of("POST shutdown?form=names", "GET modules/a/wait?for=stop&timeout=30 json"), daemon.asked());
    }

    @Test
    void whatAnswersWithRubbishIsNoDaemon() {
        daemon.raw("HTTP/1.1 abc\r\n\r\n");

        assertEquals(6, run("checkloop", "-m", "ledger"));
    }

    /** The process that holds the lock is there, but its socket is not, or nobody accepts on it. */
    @ParameterizedTest
    @ValueSource(strings = {"control/endpoint", "control/socket"})
    void aDaemonThatCannotAnswerIsToldFromNone(String missing) throws IOException {
        daemon.close();
        Files.delete(var.resolve(missing));
        Path lock = var.resolve("control/daemon.lock");
        Files.writeString(lock, ProcessHandle.current().pid() + "\n");

        assertEquals(6, run("state"), "the number of a living process is not enough");
        try (FileChannel held = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            assertEquals(8, run("state"), held.toString());
        }

        String said = err.toString(StandardCharsets.UTF_8);
        assertTrue(
                said.contains(
                        "The daemon runs (process " + ProcessHandle.current().pid()),
                said);
    }

    @Test
    void aFollowedLogIsShownWithoutItsEmptyLines() {
        daemon.stream("| one\n\n\n| two\n");

        assertEquals(0, run("logview", "-m", "ledger", "-s", "2"));

        assertEquals("| one\n| two\n".replace("\n", System.lineSeparator()), out.toString(StandardCharsets.UTF_8));
        assertEquals(List.of("GET modules/ledger/log?follow=true&count=2"), daemon.asked());
    }

    @Test
    void aLogIsSavedIntoANewFileOnly() throws IOException {
        Path file = var.resolve("saved");
        daemon.stream("| one\n");

        assertEquals(0, run("logsave", "-m", "ledger", file.toString()));
        assertEquals("| one\n", Files.readString(file));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(5, run("logsave", "-m", "ledger", file.toString()));
        assertEquals(2, run("logsave", "-m", "ledger", "relative"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void withoutADaemonTheCommandSaysSoAtOnce(boolean endpointLeft) throws IOException {
        daemon.close();
        if (!endpointLeft) {
            Files.delete(var.resolve("control/endpoint"));
        }

        assertEquals(6, run("state"));
        assertTrue(err.toString(StandardCharsets.UTF_8).startsWith("error: The daemon is not running on this node ("));
        assertEquals(6, run("state", "--json"));
        assertTrue(out.toString(StandardCharsets.UTF_8).startsWith("{\"error\":\"The daemon is not running"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            strat -m ledger       | Did you mean 'start'?
            stat -m ledger        | Did you mean 'state'?
            dance                 | 'lockstep dance' is not known.
            start                 | Give -m NAME
            start -m              | The option -m needs a value.
            start -x -m ledger    | has no option -x
            start -i x -m ledger  | has no option -i
            state now             | 'now' is not understood here.
            state -v              | Which module?
            module uninstall a    | 'a' is not understood here.
            module list a         | 'a' is not understood here.
            cluster lock a        | 'a' is not understood here.
            cluster deconfig a    | 'a' is not understood here.
            waitstate -m ledger   | Which state?
            failover maybe -m a   | 'failover on'
            module                | Write one of install
            module instal         | 'module instal' is not known.
            cluster confcheck     | Which file?
            get -m ledger         | needs the name of a resource
            log -s x -m ledger    | 'x' is no number.
            -H * state            | There is no 'lockstep -H' yet.
            secondforce -m ledger | There is no 'lockstep secondforce' yet.
            module genkey -m a    | There is no 'lockstep module genkey' yet.
            module instal         | Did you mean 'install'?
            cluster cofnig        | Did you mean 'config'?
            waitstop --timout 3   | Did you mean '--timeout'?
            help strat            | Did you mean 'start'?
            help dance            | There is no help on 'dance'.
            """)
    void aWrongCommandLineIsExplained(String line, String explanation) {
        assertEquals(2, run(line.split(" ", -1)));

        String text = err.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains(explanation), text);
        assertEquals(List.of(), daemon.asked());
    }

    @ParameterizedTest
    @MethodSource("verbs")
    void everyVerbHasHelpWithAnExampleOfItself(String verb) {
        assertEquals(0, run(verb, "--help"));

        String text = out.toString(StandardCharsets.UTF_8);
        assertTrue(text.startsWith("lockstep " + verb), text);
        assertTrue(text.contains("\nExample"), text);
        assertTrue(text.lines().allMatch(line -> line.length() <= 108), text);
        assertFalse(text.contains("\t"), text);
    }

    static List<String> verbs() {
        List<String> names = new ArrayList<>();
        new Verbs().all().forEach(verb -> names.add(verb.name()));
        return names;
    }

    @Test
    void theHelpAboutAllNamesEveryVerb() {
        assertEquals(0, run());

        String text = out.toString(StandardCharsets.UTF_8);
        verbs().forEach(verb -> assertTrue(text.contains(verb), verb));
    }

    @Test
    void everyCommandOfTheReferenceProductIsKnownOrRefusedByName() {
        for (String verb :
                ("start stop restart stopstart forcestop shutdown waitstart waitstop waitstate swap prim second primforce"
                                + " secondforce update get set errd checker failover boot kill incloop resetloop checkloop"
                                + " rfsverify rfsdiff rfssync clean level state log logview logsave printi printe cmdlog config"
                                + " deconfig confinfo confcheck module cluster webserver webservercfg notification safeagent"
                                + " snapshot dump uninstall")
                        .split(" ", -1)) {
            boolean known = verbs().contains(verb);
            assertTrue(known != ReferenceVerbs.refused(verb).isPresent(), verb);
        }
    }

    @Test
    void theReleaseIsShownWithoutADaemon() {
        daemon.close();

        assertEquals(0, run("--version"));

        assertTrue(out.toString(StandardCharsets.UTF_8).startsWith("Lockstep "));
    }

    @Test
    void theDaemonHasHelpToo() {
        assertEquals(0, run("help", "daemon"));

        assertTrue(out.toString(StandardCharsets.UTF_8).startsWith("lockstep daemon\n"));
    }

    @Test
    void placesAreShownWithoutADaemon() {
        daemon.close();

        assertEquals(0, run("-p"));

        assertTrue(out.toString(StandardCharsets.UTF_8).contains("SAFEVAR=" + var + "\n"));
    }

    private int run(String... words) {
        return Main.run(List.of(words), environment("LOCKSTEP_HOME", "/opt/lockstep"), print(out), print(err));
    }

    private Map<String, String> environment(String name, String value) {
        return Map.of("LOCKSTEP_VAR", var.toString(), name, value);
    }

    private static PrintStream print(ByteArrayOutputStream target) {
        return new PrintStream(target, true, StandardCharsets.UTF_8);
    }
}
