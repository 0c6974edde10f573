package dev.lockstep.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.core.config.ClusterConfig;
import dev.lockstep.core.config.ModuleConfig;
import dev.lockstep.node.Fault;
import dev.lockstep.node.Refusal;
import dev.lockstep.node.store.Configurations.Parsed;
import dev.lockstep.node.store.Configurations.Surroundings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class XmlConfigurationsTest {
    private static final String CLUSTER = """
            <cluster><lans><lan name="default">
              <node name="alpha" addr="10.0.0.1"/><node name="beta" addr="10.0.0.2"/>
            </lan></lans></cluster>
            """;

    private static final String MODULE = """
            <!DOCTYPE safe>
            <safe>
              <macro name="DIR" value="%s"/>
              <service mode="mirror">
                <heart><heartbeat name=""/></heart>
                <rfs><replicated dir="%%DIR%%"/></rfs>
                <user><var name="HOME_OF" value="%%WHO%%"/></user>
              </service>
            </safe>
            """;

    @TempDir
    Path directory;

    private final Configurations configurations = new XmlConfigurations(Map.of("WHO", "me"), List.of());

    @Test
    void whatWasAppliedReadsTheSameAgain() throws Exception {
        Parsed<ModuleConfig> written = configurations.module(bytes(MODULE.formatted(directory)), "m.xml", around());
        Parsed<ModuleConfig> applied =
                new XmlConfigurations(Map.of(), List.of()).applied(bytes(written.expanded()), "safeconf.xml", around());

        assertEquals(written.value(), applied.value());
        assertEquals("me", applied.value().user().orElseThrow().variables().get("HOME_OF"));
    }

    @Test
    void everyFaultIsOneLineWithItsPlace() throws Exception {
        String faulty = MODULE.formatted("/nowhere/at/all").replace("mode=\"mirror\"", "mode=\"miror\" boot=\"maybe\"");
        Surroundings around = around();

        Refusal refusal = assertThrows(Refusal.class, () -> configurations.module(bytes(faulty), "m.xml", around));

        assertTrue(refusal.reason().lines().count() >= 2, refusal.text());
        assertEquals(refusal.reason().lines().count(), refusal.faults().size());
        for (Fault fault : refusal.faults()) {
            String subject = fault.element() + (fault.attribute().isEmpty() ? "" : "@" + fault.attribute());
            String line = fault.file() + ":" + fault.line() + ":" + fault.column() + ": " + fault.severity() + ": "
                    + subject + ": " + fault.text() + "." + (fault.correction().isEmpty() ? "" : " ")
                    + fault.correction();
            assertTrue(refusal.reason().lines().anyMatch(line::equals), line);
        }
        assertTrue(refusal.reason().lines().allMatch(line -> line.matches("m\\.xml:\\d+:\\d+: .*")), refusal.text());
    }

    @Test
    void whatTheEngineCannotDoYetIsRefusedByName() throws Exception {
        String farm = MODULE.formatted(directory)
                .replace("<rfs>", "<check><ping ident=\"gw\"><to addr=\"10.0.0.9\"/></ping></check><rfs>");
        Surroundings around = around();

        Refusal refusal = assertThrows(Refusal.class, () -> configurations.module(bytes(farm), "m.xml", around));

        assertTrue(refusal.reason().contains("not yet: ping"), refusal.text());
    }

    @Test
    void whatIsAcceptedWithoutEffectIsRemarkedWithItsPlace() throws Exception {
        String old = MODULE.formatted(directory).replace("<rfs>", "<rfs packetsize=\"1000\" mountover=\"off\">");

        Advice advice = configurations.module(bytes(old), "m.xml", around()).advice();

        assertEquals(List.of("var@value"), subjects(advice.warnings()));
        assertEquals(List.of("heartbeat@name", "rfs@packetsize", "rfs@mountover"), subjects(advice.remarks()));
    }

    private static List<String> subjects(List<String> sentences) {
        return sentences.stream()
                .map(sentence -> sentence.replaceAll("^m\\.xml:\\d+:\\d+: ([^:]*): .*", "$1"))
                .toList();
    }

    @Test
    void aDirectoryThatIsNoMountPointAndOneThatIsAreToldApart() throws Exception {
        assertTrue(new HostSite(Optional.empty(), List.of()).isDirectory(directory.toString()));
        if (Files.exists(Path.of("/proc/self/mountinfo"))) {
            assertTrue(OwnMounts.foreignAt("/proc"));
            assertEquals(false, OwnMounts.foreignAt(directory.toString()));
        }
    }

    @Test
    void whatHoldsTheEngineOrLiesInItIsToldWhateverItIsCalled() throws Exception {
        Path state = Files.createDirectories(directory.resolve("var/lockstep/modules"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("var"));
        HostSite site = new HostSite(Optional.empty(), List.of(state.getParent()));

        for (Path own : List.of(state, state.getParent(), directory.resolve("var"), link.resolve("lockstep"))) {
            assertTrue(site.isPlaceOfTheEngine(own.toString()), own.toString());
        }
        assertFalse(site.isPlaceOfTheEngine(directory.resolve("var/lockstep2").toString()));
    }

    private Surroundings around() throws Refusal {
        ClusterConfig cluster =
                configurations.cluster(bytes(CLUSTER), "cluster.xml").value();
        return new Surroundings("ledger", directory, cluster, Map.of());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
