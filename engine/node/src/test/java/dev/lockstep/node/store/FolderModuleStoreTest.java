package dev.lockstep.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.node.Refusal;
import dev.lockstep.node.hooks.SystemProcesses;
import dev.lockstep.node.log.FileModuleLog;
import dev.lockstep.node.log.ModuleLog;
import dev.lockstep.node.net.LocalAddresses;
import dev.lockstep.node.store.ModuleStore.Install;
import dev.lockstep.node.store.ModuleStore.Installed;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FolderModuleStoreTest {
    private static final String CONFIGURATION = """
            <!DOCTYPE safe>
            <safe>
              <!-- <macro name="OLD" value="in a comment"/> -->
              <macro name="DIR" value="/srv/data"/> <!-- the directory -->
              <macro value='x' name='SERVICES'/>
              <service mode="mirror"><user/></service>
            </safe>
            """;

    @TempDir
    Path directory;

    private final Map<String, ModuleLog> logs = new HashMap<>();
    private final List<String> notices = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-21T08:00:00Z");
    private ModuleStore store;

    @BeforeEach
    void open() throws Exception {
        Path template = home().resolve("modules/mirror.safe");
        module(template, CONFIGURATION, Map.of("prestart.groovy", "println 'p'", "helper", "#!/bin/sh\n"));
        FileClusterStore clusters = clusters();
        Path cluster = Files.writeString(directory.resolve("c.xml"), "<node name=\"alpha\" addr=\"10.0.0.1\"/>");
        clusters.configure(Optional.of(cluster));
        store = reopen();
    }

    @AfterEach
    void closeLogs() {
        logs.values().forEach(ModuleLog::close);
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
        assertEquals(CONFIGURATION.replace("\"/srv/data\"", "\"/a&amp;&quot;b&quot;\""), xml);
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
        module(edited("dropped.safe"), CONFIGURATION, Map.of());
        Files.createDirectories(edited("empty.safe"));
        Files.createDirectories(edited("bad name.safe/conf"));

        assertEquals(
                List.of("dropped"),
                store.installed().stream().map(Installed::name).toList());
        assertEquals(Installed.NO_ID, reopen().installed().getFirst().id());
        assertEquals(1, store.apply("dropped").module().id());
        assertEquals(1, reopen().installed().getFirst().id());
    }

    @Test
    void givenAFolderWithoutConfiguration_whenItIsNamed_thenThatIsSaidAndNotThatThereIsNone() throws Exception {
        Files.createDirectories(edited("half.safe").resolve("bin"));

        Refusal refusal = org.junit.jupiter.api.Assertions.assertThrows(Refusal.class, () -> store.check("half"));

        assertTrue(refusal.text().contains("has no conf/userconfig.xml"), refusal.text());
    }

    @Test
    void givenADroppedFolder_whenItIsInstalledWithoutASourceButWithAnId_thenItHasThatIdBeforeItIsConfigured()
            throws Exception {
        module(edited("dropped.safe"), CONFIGURATION, Map.of());

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
        store = reopen();
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
        module(edited("dropped.safe"), "broken", Map.of());

        assertThrows(Refusal.class, () -> store.apply("dropped"));

        assertEquals(Installed.NO_ID, store.installed().getFirst().id());
    }

    @Test
    void anArchiveIsInstalledAlsoWithADirectoryAroundEverything() throws Exception {
        byte[] plain = archive(Map.of("conf/userconfig.xml", CONFIGURATION, "bin/start_prim", "#!/bin/sh\n"));
        byte[] wrapped = archive(Map.of("m/conf/userconfig.xml", CONFIGURATION, "m/bin/start_prim", "#!/bin/sh\n"));

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
        byte[] bad = archive(Map.of("conf/userconfig.xml", CONFIGURATION, name, "x"));

        Refusal refusal = assertThrows(
                Refusal.class,
                () -> store.install(new Install("", "bad", 0, false, Map.of()), new ByteArrayInputStream(bad)));

        assertTrue(refusal.reason().contains("leads outside"), refusal.text());
        assertEquals(List.of(), store.installed());
        assertEquals(List.of(), children(var().resolve("modules")));
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

    @Test
    void applyingCopiesConfigurationAndScriptsAndKeepsTheEditedCopyApart() throws Exception {
        Installed module = install(Map.of("prestart.groovy", "println 1"));

        ModuleStore.Applying applying = store.apply("ledger");

        AppliedModule applied = applying.module();
        Advice advice = new Advice(
                List.of("a warning"), List.of(module.directory().resolve("conf/userconfig.xml") + ":1:1: a remark"));
        assertEquals(advice, applying.advice());
        assertEquals(advice, store.check("ledger"));
        assertEquals("<!-- expanded -->" + CONFIGURATION, Files.readString(applied.safeconf()));
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
        Installed module = install(Map.of("prestart.groovy", "println 1"));
        String former = store.apply("ledger").module().signature();

        Files.writeString(module.directory().resolve("bin/prestart.groovy"), "if (");
        Refusal hooks = assertThrows(Refusal.class, () -> store.apply("ledger"));
        Files.writeString(module.directory().resolve("conf/userconfig.xml"), "broken");
        Refusal configuration = assertThrows(Refusal.class, () -> store.apply("ledger"));

        assertTrue(hooks.reason().contains("prestart.groovy:1:"), hooks.text());
        assertTrue(configuration.reason().contains("userconfig.xml:1:1: broken"), configuration.text());
        assertEquals(former, store.applied("ledger").orElseThrow().signature());
        assertThrows(Refusal.class, () -> store.check("ledger"));
        assertEquals(List.of("ledger"), children(var().resolve("applied")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"config", "postconfig"})
    void aConfiguringHookThatFailsLeavesTheFormerOneInForce(String hook) throws Exception {
        Installed module = install(Map.of("prestart.groovy", "println 1"));
        String former = store.apply("ledger").module().signature();

        Files.writeString(module.directory().resolve("bin/" + hook + ".groovy"), "throw new Exception('no service')");
        Refusal refusal = assertThrows(Refusal.class, () -> store.apply("ledger"));

        assertEquals(Refusal.Kind.FAILED, refusal.kind());
        assertEquals(
                hook + ".groovy:1: no service",
                refusal.reason().lines().findFirst().orElseThrow());
        assertEquals(former, store.applied("ledger").orElseThrow().signature());
        assertFalse(Files.exists(var().resolve("applied/ledger/bin/" + hook + ".groovy")));
    }

    @Test
    void configuringHooksSeeTheExpandedConfiguration() throws Exception {
        install(Map.of(
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
        Installed module = install(Map.of("prestart.groovy", "println 1"));
        String former = store.apply("ledger").module().signature();
        Files.move(var().resolve("applied/ledger"), var().resolve("applied/ledger.old"));
        Files.createDirectories(var().resolve("applied/ledger.new"));
        assertTrue(Files.exists(module.directory()));

        store = reopen();

        assertEquals(former, store.applied("ledger").orElseThrow().signature());
        assertEquals(List.of("ledger"), children(var().resolve("applied")));
        assertEquals(1, notices.size());
    }

    @Test
    void theLastThreeAppliedConfigurationsAreKept() throws Exception {
        install(Map.of("prestart.groovy", "println 1"));
        for (int i = 0; i < 5; i++) {
            now = now.plus(Duration.ofMinutes(1));
            store.apply("ledger");
        }

        assertEquals(
                List.of(
                        "ledger_2026-11-21_080300.safe",
                        "ledger_2026-11-21_080400.safe",
                        "ledger_2026-11-21_080500.safe"),
                children(var().resolve("modules/lastconfig")));
    }

    @Test
    void aModuleGoesInTwoStepsAndAnArchiveOfItStays() throws Exception {
        Installed module = install(Map.of("deconfig.groovy", "throw new Exception('left over')"));
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
        install(Map.of("prestart.groovy", "println 1"));
        Path file = directory.resolve("packed.safe");

        store.pack("ledger", file);

        assertEquals(
                "copy",
                store.install(new Install(file.toString(), "copy", 0, false, Map.of()))
                        .name());
        assertThrows(Refusal.class, () -> store.pack("ledger", file));
    }

    private Installed install(Map<String, String> scripts) throws Exception {
        module(edited("ledger.safe"), CONFIGURATION, scripts);
        return store.installed().getFirst();
    }

    private static void module(Path folder, String configuration, Map<String, String> scripts) throws IOException {
        Files.createDirectories(folder.resolve("conf"));
        Files.createDirectories(folder.resolve("bin"));
        Files.writeString(folder.resolve("conf/userconfig.xml"), configuration);
        for (Map.Entry<String, String> script : scripts.entrySet()) {
            Files.writeString(folder.resolve("bin").resolve(script.getKey()), script.getValue());
        }
    }

    private static byte[] archive(Map<String, String> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    private ModuleStore reopen() throws IOException {
        Clock clock = new Clock() {
            @Override
            public java.time.ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
        return FolderModuleStore.open(new FolderModuleStore.Setup(
                home(),
                var(),
                new PlainConfigurations(),
                clusters(),
                new SystemProcesses(),
                module -> logs.computeIfAbsent(module, name -> log(name, clock)),
                clock,
                notices::add));
    }

    private ModuleLog log(String name, Clock clock) {
        try {
            return new FileModuleLog(name, var().resolve("state").resolve(name), clock);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private FileClusterStore clusters() {
        LocalAddresses here = address -> true;
        return new FileClusterStore(var(), new PlainConfigurations(), here, Optional.empty());
    }

    private Path home() {
        return directory.resolve("home");
    }

    private Path var() {
        return directory.resolve("var");
    }

    private Path edited(String folder) {
        return var().resolve("modules").resolve(folder);
    }

    private static List<String> children(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }
}
