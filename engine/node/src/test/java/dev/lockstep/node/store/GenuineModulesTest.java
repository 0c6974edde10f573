package dev.lockstep.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.node.Fault;
import dev.lockstep.node.Refusal;
import dev.lockstep.node.store.ModuleStore.Install;
import dev.lockstep.node.store.ModuleStore.Installed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What root runs of a module is what was applied, and nobody else's; what cannot be applied is told so that one finds the place. */
class GenuineModulesTest {
    @TempDir
    Path directory;

    private StoreBench bench;

    @BeforeEach
    void open() throws Exception {
        bench = StoreBench.in(directory);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aFailedConfigurationHookShowsItsLastLinesAndWhereTheRestIs() throws Exception {
        bench.install(Map.of("config.groovy", "20.times { println 'line ' + it }\nthrow new Exception('no database')"));

        Refusal refusal = assertThrows(Refusal.class, () -> bench.store().apply("ledger"));

        assertTrue(refusal.reason().contains("no database"), refusal.reason());
        assertTrue(refusal.reason().contains("\nline 19\n"), refusal.reason());
        assertFalse(refusal.reason().contains("line 3\n"), refusal.reason());
        String log = refusal.correction().replaceFirst("[^/]*(/\\S+\\.ulog)\\.", "$1");
        assertTrue(Files.readString(Path.of(log)).contains("line 3\n"), refusal.correction());
    }

    @Test
    void faultsOfScriptsComeInPartsToo() throws Exception {
        bench.install(Map.of("start_prim.groovy", "def x = (\n"));

        Fault fault = assertThrows(Refusal.class, () -> bench.store().check("ledger"))
                .faults()
                .getFirst();

        assertEquals("bin/start_prim.groovy", fault.file());
        assertTrue(fault.line() >= 1 && fault.column() >= 1 && !fault.text().isEmpty(), fault.toString());
    }

    @Test
    void anAppliedFolderThatWasChangedIsNotUsed() throws Exception {
        bench.install(Map.of("start_prim.groovy", "println 1"));
        AppliedModule applied = bench.store().apply("ledger").module();
        Files.writeString(applied.bin().resolve("start_prim.groovy"), "println 2");
        Files.writeString(applied.bin().resolve("stop_prim.groovy"), "println 3");

        Refusal refusal = assertThrows(Refusal.class, () -> bench.store().configuration(applied));

        assertEquals("bin/start_prim.groovy was changed, bin/stop_prim.groovy was added.", refusal.reason());
        assertTrue(refusal.correction().contains("lockstep config -m ledger"), refusal.correction());
        bench.store().configuration(bench.store().apply("ledger").module());
    }

    @Test
    void anAppliedFolderThatOthersCanWriteToIsNotUsedAndNoneOfItsHooksIsRun() throws Exception {
        bench.install(Map.of("deconfig.groovy", "new File('" + directory + "/ran').text = ''"));
        AppliedModule applied = bench.store().apply("ledger").module();
        Files.setPosixFilePermissions(
                applied.bin().resolve("deconfig.groovy"), PosixFilePermissions.fromString("rw-rw-rw-"));

        assertTrue(assertThrows(Refusal.class, () -> bench.store().configuration(applied))
                .reason()
                .contains("deconfig.groovy can be written by others"));
        assertTrue(bench.store().unapply("ledger").getFirst().contains("can be written by others"));
        assertFalse(Files.exists(directory.resolve("ran")));
    }

    @Test
    void whatAHookKeepsBesideTheConfigurationIsNoChange() throws Exception {
        bench.install(Map.of("postconfig.groovy", "new File(env.SAFEUSERCONF, 'made').text = 'x'"));
        AppliedModule applied = bench.store().apply("ledger").module();

        bench.store().configuration(applied);
        Files.writeString(applied.conf().resolve("port"), "80");
        bench.store().configuration(applied);
        Files.writeString(applied.conf().resolve("made"), "y");

        assertEquals(
                "conf/made was changed.",
                assertThrows(Refusal.class, () -> bench.store().configuration(applied))
                        .reason());
    }

    @Test
    void aFolderAppliedByAVersionWithoutRecordsIsTakenAsItIsOnce() throws Exception {
        bench.install(Map.of("start_prim.groovy", "println 1"));
        AppliedModule applied = bench.store().apply("ledger").module();
        AppliedRecord.dropAll(applied.state());

        bench.store().configuration(applied);
        Files.writeString(applied.bin().resolve("start_prim.groovy"), "println 2");

        assertThrows(Refusal.class, () -> bench.store().configuration(applied));
    }

    @Test
    void whatIsInstalledFromAUsersFolderIsNotHisAnyMore() throws Exception {
        Path his = directory.resolve("home-of-a-user/theirs.safe");
        StoreBench.module(his, Map.of("start_prim", "#!/bin/sh\n"));
        Files.setPosixFilePermissions(his.resolve("bin/start_prim"), PosixFilePermissions.fromString("rwxrwxrwx"));
        if (Custody.ownUser() == 0) {
            Files.setAttribute(his.resolve("bin/start_prim"), "unix:uid", 65534);
        }

        Installed installed = bench.store().install(new Install(his.toString(), "ledger", 0, false, Map.of()));
        AppliedModule applied = bench.store().apply("ledger").module();

        assertEquals(List.of(), Custody.strangers(installed.directory()));
        assertEquals(List.of(), Custody.strangers(applied.directory()));
    }

    @Test
    void anEditedFolderThatOthersCanChangeIsTold() throws Exception {
        Installed module = bench.install(Map.of("start_prim.groovy", "println 1"));
        Path script = module.directory().resolve("bin/start_prim.groovy");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rw-rw-rw-"));

        List<String> warnings = bench.store().apply("ledger").advice().warnings();

        assertTrue(
                warnings.stream().anyMatch(one -> one.contains(script + " can be written by others")),
                () -> "" + warnings);
    }

    @Test
    void aConfigurationOrScriptTooLargeToBeReadIsRefused() throws Exception {
        Installed module = bench.install(Map.of());
        Path script = module.directory().resolve("bin/Large.groovy");
        Path hook = Files.writeString(module.directory().resolve("bin/start_prim.groovy"), "println 1");
        Files.writeString(script, "//" + " ".repeat(600_000));
        assertTrue(assertThrows(Refusal.class, () -> bench.store().check("ledger"))
                .reason()
                .startsWith("Large.groovy: it has more than"));
        Files.delete(script);
        Files.writeString(hook, "x = " + "(".repeat(50_000) + "1" + ")".repeat(50_000));
        assertEquals(
                Refusal.Kind.INVALID,
                assertThrows(Refusal.class, () -> bench.store().check("ledger")).kind());
        Files.delete(hook);
        Path configuration = module.directory().resolve("conf/userconfig.xml");
        try (var file = new java.io.RandomAccessFile(configuration.toFile(), "rw")) {
            file.setLength(400L << 20);
        }

        assertTrue(assertThrows(Refusal.class, () -> bench.store().check("ledger"))
                .getMessage()
                .contains("has more than the 1048576 bytes"));
    }
}
