package dev.lockstep.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.node.Refusal;
import dev.lockstep.node.store.ModuleStore.Install;
import dev.lockstep.node.store.ModuleStore.Installed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is edited is put in force as a whole or not at all, and taken back. */
class AppliedModulesTest {
    @TempDir
    Path directory;

    private StoreBench bench;
    private ModuleStore store;

    @BeforeEach
    void open() throws Exception {
        bench = StoreBench.in(directory);
        store = bench.store();
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void applyingCopiesConfigurationAndScriptsAndKeepsTheEditedCopyApart() throws Exception {
        Installed module = bench.install(Map.of("prestart.groovy", "println 1"));

        ModuleStore.Applying applying = store.apply("ledger");

        AppliedModule applied = applying.module();
        Advice advice = new Advice(
                List.of("a warning"), List.of(module.directory().resolve("conf/userconfig.xml") + ":1:1: a remark"));
        assertEquals(advice, applying.advice());
        assertEquals(advice, store.check("ledger"));
        assertEquals("<!-- expanded -->" + StoreBench.CONFIGURATION, Files.readString(applied.safeconf()));
        assertTrue(Files.exists(applied.bin().resolve("prestart.groovy")));
        assertEquals(Optional.of(applied), store.applied("ledger"));
        assertEquals(List.of(applied), store.applied());
        assertTrue(Files.isDirectory(applied.state()));
        assertEquals(
                store.info("ledger").editedSignature(), store.info("ledger").appliedSignature());

        Files.writeString(module.directory().resolve("bin/prestart.groovy"), "println 2");

        assertNotEquals(
                store.info("ledger").editedSignature(), store.info("ledger").appliedSignature());
        assertEquals("println 1", Files.readString(applied.bin().resolve("prestart.groovy")));
    }

    @Test
    void aFaultyConfigurationOrHookLeavesTheFormerOneInForce() throws Exception {
        Installed module = bench.install(Map.of("prestart.groovy", "println 1"));
        String former = store.apply("ledger").module().signature();

        Files.writeString(module.directory().resolve("bin/prestart.groovy"), "if (");
        Refusal hooks = assertThrows(Refusal.class, () -> store.apply("ledger"));
        Files.writeString(module.directory().resolve("conf/userconfig.xml"), "broken");
        Refusal configuration = assertThrows(Refusal.class, () -> store.apply("ledger"));

        assertTrue(hooks.reason().contains("prestart.groovy:1:"), hooks.text());
        assertTrue(configuration.reason().contains("userconfig.xml:1:1: broken"), configuration.text());
        assertEquals(former, store.applied("ledger").orElseThrow().signature());
        assertThrows(Refusal.class, () -> store.check("ledger"));
        assertEquals(List.of("ledger"), StoreBench.children(bench.var().resolve("applied")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"config", "postconfig"})
    void aConfiguringHookThatFailsLeavesTheFormerOneInForce(String hook) throws Exception {
        Installed module = bench.install(Map.of("prestart.groovy", "println 1"));
        String former = store.apply("ledger").module().signature();

        Files.writeString(module.directory().resolve("bin/" + hook + ".groovy"), "throw new Exception('no service')");
        Refusal refusal = assertThrows(Refusal.class, () -> store.apply("ledger"));

        assertEquals(Refusal.Kind.FAILED, refusal.kind());
        assertEquals(
                hook + ".groovy:1: no service",
                refusal.reason().lines().findFirst().orElseThrow());
        assertEquals(former, store.applied("ledger").orElseThrow().signature());
        assertFalse(Files.exists(bench.var().resolve("applied/ledger/bin/" + hook + ".groovy")));
    }

    @Test
    void configuringHooksSeeTheExpandedConfiguration() throws Exception {
        bench.install(Map.of(
                "config.groovy", "println new File(env.SAFEUSERCONF, 'userconfig.xml').exists()",
                "postconfig.groovy",
                        "assert new File(env.SAFEUSERCONF, 'safeconf.xml').text.startsWith('<!-- expanded')",
                "confcheck.groovy", "throw new Exception('not on this host')"));

        store.apply("ledger");

        Refusal refusal = assertThrows(Refusal.class, () -> store.check("ledger"));
        assertEquals(
                "confcheck.groovy:1: not on this host",
                refusal.reason().lines().findFirst().orElseThrow());
    }

    @Test
    void anApplicationCutShortByACrashIsUndoneAtTheNextStart() throws Exception {
        Installed module = bench.install(Map.of("prestart.groovy", "println 1"));
        String former = store.apply("ledger").module().signature();
        Files.move(bench.var().resolve("applied/ledger"), bench.var().resolve("applied/ledger.old"));
        Files.createDirectories(bench.var().resolve("applied/ledger.new"));
        assertTrue(Files.exists(module.directory()));

        store = bench.reopen();

        assertEquals(former, store.applied("ledger").orElseThrow().signature());
        assertEquals(List.of("ledger"), StoreBench.children(bench.var().resolve("applied")));
        assertEquals(1, bench.notices().size());
    }

    @Test
    void theLastThreeAppliedConfigurationsAreKept() throws Exception {
        bench.install(Map.of("prestart.groovy", "println 1"));
        for (int i = 0; i < 5; i++) {
            bench.pass(Duration.ofMinutes(1));
            store.apply("ledger");
        }

        assertEquals(
                List.of(
                        "ledger_2026-11-21_080300.safe",
                        "ledger_2026-11-21_080400.safe",
                        "ledger_2026-11-21_080500.safe"),
                StoreBench.children(bench.var().resolve("modules/lastconfig")));
    }

    @Test
    void aModuleGoesInTwoStepsAndAnArchiveOfItStays() throws Exception {
        Installed module = bench.install(Map.of("deconfig.groovy", "throw new Exception('left over')"));
        store.apply("ledger");

        assertEquals(
                Refusal.Kind.STATE,
                assertThrows(Refusal.class, () -> store.uninstall("ledger")).kind());
        assertTrue(store.unapply("ledger").getFirst().contains("left over"));
        assertEquals(Optional.empty(), store.applied("ledger"));
        Path kept = store.uninstall("ledger");

        assertFalse(Files.exists(module.directory()));
        assertTrue(Files.exists(kept));
        assertEquals(
                1,
                store.install(new Install(kept.toString(), "again", 0, false, Map.of()))
                        .id());
    }

    @Test
    void aModuleIsPackedIntoANewFile() throws Exception {
        bench.install(Map.of("prestart.groovy", "println 1"));
        Path file = directory.resolve("packed.safe");

        store.pack("ledger", file);

        assertEquals(
                "copy",
                store.install(new Install(file.toString(), "copy", 0, false, Map.of()))
                        .name());
        assertThrows(Refusal.class, () -> store.pack("ledger", file));
    }
}
