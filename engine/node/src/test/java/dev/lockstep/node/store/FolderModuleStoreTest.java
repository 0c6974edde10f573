package dev.lockstep.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.node.Refusal;
import dev.lockstep.node.store.ModuleStore.Install;
import dev.lockstep.node.store.ModuleStore.Installed;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Modules come, are numbered, and go. */
class FolderModuleStoreTest {
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
    void aTemplateIsInstalledByNameWithItsMacrosAndTheLowestFreeId() throws Exception {
        Installed first = store.install(new Install("mirror", "ledger", 0, false, Map.of("DIR", "/a&\"b\"")));
        Installed second = store.install(new Install("mirror.safe", "", 0, false, Map.of()));

        assertEquals(List.of(first, second), store.installed());
        assertEquals("ledger", first.name());
        assertEquals(1, first.id());
        assertEquals("mirror", second.name());
        assertEquals(2, second.id());
        String xml = Files.readString(first.directory().resolve("conf/userconfig.xml"));
        assertEquals(StoreBench.CONFIGURATION.replace("\"/srv/data\"", "\"/a&amp;&quot;b&quot;\""), xml);
        assertTrue(Files.isExecutable(first.directory().resolve("bin/helper")));
    }

    @Test
    void anUnknownMacroIsRefusedWithTheKnownOnesAndNothingIsInstalled() throws Exception {
        Refusal refusal = assertThrows(
                Refusal.class,
                () -> store.install(new Install("mirror", "ledger", 0, false, Map.of("OLD", "1", "SERVICES", "2"))));

        assertTrue(refusal.getMessage().contains("no macro OLD."), refusal.text());
        assertTrue(refusal.reason().contains("DIR, SERVICES"), refusal.text());
        assertEquals(List.of(), store.installed());
    }

    @Test
    void anInstalledModuleIsReplacedOnlyWhenAskedForAndKeepsItsId() throws Exception {
        store.install(new Install("mirror", "other", 0, false, Map.of()));
        Installed before = store.install(new Install("mirror", "ledger", 7, false, Map.of()));
        Install again = new Install("mirror", "ledger", 0, false, Map.of());

        assertEquals(
                Refusal.Kind.STATE,
                assertThrows(Refusal.class, () -> store.install(again)).kind());
        Files.writeString(before.directory().resolve("bin/stale"), "");
        Installed after = store.install(new Install("mirror", "ledger", 0, true, Map.of()));

        assertEquals(7, after.id());
        assertFalse(Files.exists(after.directory().resolve("bin/stale")));
        Refusal taken =
                assertThrows(Refusal.class, () -> store.install(new Install("mirror", "third", 7, false, Map.of())));
        assertTrue(taken.getMessage().contains("belongs to ledger"), taken.text());
    }

    @Test
    void aDroppedFolderIsAModuleAndAnEmptyOneIsNot() throws Exception {
        StoreBench.module(bench.edited("dropped.safe"), StoreBench.CONFIGURATION, Map.of());
        Files.createDirectories(bench.edited("empty.safe"));
        Files.createDirectories(bench.edited("bad name.safe/conf"));

        assertEquals(
                List.of("dropped"),
                store.installed().stream().map(Installed::name).toList());
        assertEquals(Installed.NO_ID, bench.reopen().installed().getFirst().id());
        assertEquals(1, store.apply("dropped").module().id());
        assertEquals(1, bench.reopen().installed().getFirst().id());
    }

    @Test
    void givenAFolderWithoutConfiguration_whenItIsNamed_thenThatIsSaidAndNotThatThereIsNone() throws Exception {
        Files.createDirectories(bench.edited("half.safe").resolve("bin"));

        Refusal refusal = org.junit.jupiter.api.Assertions.assertThrows(Refusal.class, () -> store.check("half"));

        assertTrue(refusal.text().contains("has no conf/userconfig.xml"), refusal.text());
    }

    @Test
    void givenADroppedFolder_whenItIsInstalledWithoutASourceButWithAnId_thenItHasThatIdBeforeItIsConfigured()
            throws Exception {
        StoreBench.module(bench.edited("dropped.safe"), StoreBench.CONFIGURATION, Map.of());

        Installed numbered = store.install(new Install("", "dropped", 7, false, Map.of()));

        assertEquals(7, numbered.id());
        assertEquals(7, store.apply("dropped").module().id());
        Refusal late = assertThrows(Refusal.class, () -> store.install(new Install("", "dropped", 8, false, Map.of())));
        assertEquals(Refusal.Kind.STATE, late.kind());
    }

    @Test
    void givenMistypedNames_whenTheyAreLookedUp_thenTheyAreRefusedWithASuggestionAndTakeNoId() throws Exception {
        store.install(new Install("mirror", "ledger", 0, false, Map.of()));

        Refusal config = assertThrows(Refusal.class, () -> store.apply("ledgr"));
        assertTrue(config.text().contains("Did you mean ledger?"), config.text());
        for (Executable lookUp : List.<Executable>of(
                () -> store.unapply("ledgr"),
                () -> store.uninstall("ledgr"),
                () -> store.check("ledgr"),
                () -> store.info("ledgr"),
                () -> store.pack("ledgr", directory.resolve("none")))) {
            assertTrue(assertThrows(Refusal.class, lookUp).text().contains("Did you mean ledger?"));
        }
        assertEquals(Optional.empty(), store.applied("ledgr"));
        store = bench.reopen();
        assertEquals(
                2,
                store.install(new Install("mirror", "second", 0, false, Map.of()))
                        .id());
    }

    @Test
    void givenAModuleThatWasUninstalledOrRemovedByHand_whenAnotherComes_thenItGetsTheId() throws Exception {
        store.install(new Install("mirror", "ledger", 0, false, Map.of()));
        store.uninstall("ledger");
        assertEquals(Optional.empty(), store.applied("ledger"), "what the daemon asks after every change");
        Installed second = store.install(new Install("mirror", "second", 0, false, Map.of()));
        assertEquals(1, second.id());
        ModuleFolder.remove(second.directory());

        assertEquals(
                1,
                store.install(new Install("mirror", "third", 0, false, Map.of()))
                        .id());
    }

    @Test
    void givenAFolderWhoseConfigurationIsRefused_whenItIsApplied_thenItHasNoIdYet() throws Exception {
        StoreBench.module(bench.edited("dropped.safe"), "broken", Map.of());

        assertThrows(Refusal.class, () -> store.apply("dropped"));

        assertEquals(Installed.NO_ID, store.installed().getFirst().id());
    }

    @Test
    void anArchiveIsInstalledAlsoWithADirectoryAroundEverything() throws Exception {
        byte[] plain = StoreBench.archive(
                Map.of("conf/userconfig.xml", StoreBench.CONFIGURATION, "bin/start_prim", "#!/bin/sh\n"));
        byte[] wrapped = StoreBench.archive(
                Map.of("m/conf/userconfig.xml", StoreBench.CONFIGURATION, "m/bin/start_prim", "#!/bin/sh\n"));

        Installed one = store.install(new Install("", "one", 0, false, Map.of()), new ByteArrayInputStream(plain));
        Installed two =
                store.install(new Install("two.safe", "", 0, false, Map.of()), new ByteArrayInputStream(wrapped));

        assertTrue(Files.isExecutable(one.directory().resolve("bin/start_prim")));
        assertTrue(Files.isExecutable(two.directory().resolve("bin/start_prim")));
        assertEquals("two", two.name());
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "/etc/evil", "bin/../../evil", "bin\\..\\..\\evil", "x/../../../evil"})
    void anArchiveThatLeadsOutsideIsRefused(String name) throws Exception {
        byte[] bad = StoreBench.archive(Map.of("conf/userconfig.xml", StoreBench.CONFIGURATION, name, "x"));

        Refusal refusal = assertThrows(
                Refusal.class,
                () -> store.install(new Install("", "bad", 0, false, Map.of()), new ByteArrayInputStream(bad)));

        assertTrue(refusal.reason().contains("leads outside"), refusal.text());
        assertEquals(List.of(), store.installed());
        assertEquals(List.of(), StoreBench.children(bench.var().resolve("modules")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rubbish", "PK\u0003\u0004"})
    void rubbishIsNoArchive(String content) {
        assertThrows(
                Refusal.class,
                () -> store.install(
                        new Install("", "bad", 0, false, Map.of()),
                        new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void whatDoesNotExistIsAnsweredWithTheTemplates() {
        Refusal refusal =
                assertThrows(Refusal.class, () -> store.install(new Install("mirrr", "ledger", 0, false, Map.of())));

        assertTrue(refusal.reason().contains("mirror.safe"), refusal.text());
        assertThrows(Refusal.class, () -> store.install(new Install("../modules", "x", 0, false, Map.of())));
    }
}
