package dev.lockstep.node.module;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.config.ClusterReader;
import dev.lockstep.config.ModuleContext;
import dev.lockstep.config.SiteChecks;
import dev.lockstep.config.UserConfigReader;
import dev.lockstep.core.config.ClusterConfig;
import dev.lockstep.core.config.ModuleConfig;
import dev.lockstep.node.StartRefused;
import dev.lockstep.node.store.AppliedModule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static final ClusterConfig CLUSTER = cluster("""
            <cluster><lans>
              <lan name="default"><node name="node1" addr="10.0.0.1"/><node name="node2" addr="10.0.0.2"/></lan>
              <lan name="repli">
                <node name="node1" addr="203.0.113.1" laddr="10.1.0.1"/><node name="node2" addr="10.1.0.2"/>
              </lan>
              <lan name="three">
                <node name="node1" addr="10.2.0.1"/><node name="node2" addr="10.2.0.2"/><node name="node3" addr="10.2.0.3"/>
              </lan>
            </lans></cluster>
            """);

    private static ClusterConfig cluster(String xml) {
        return new ClusterReader()
                .read(xml.getBytes(StandardCharsets.UTF_8), "cluster.xml", SiteChecks.ANYWHERE)
                .config()
                .orElseThrow();
    }

    private static ModuleConfig module(String service) {
        String xml = "<safe><service mode=\"mirror\"" + service + "</service></safe>";
        var reading = new UserConfigReader()
                .read(xml.getBytes(StandardCharsets.UTF_8), "userconfig.xml", ModuleContext.of("app", CLUSTER));
        return reading.config().orElseThrow(() -> new AssertionError(reading.diagnostics()));
    }

    private static ModulePlan plan(String node, String service) throws StartRefused {
        AppliedModule applied =
                new AppliedModule("app", 3, Path.of("applied"), Path.of("state"), "signature", Instant.EPOCH);
        return new Planner(Path.of("home"), Path.of("var"), CLUSTER, node, address -> true)
                .plan(applied, module(service));
    }

    @Test
    void givenTheThirdModule_whenItsHeartbeatsArePlanned_thenPortsCountFromItsNumber() throws StartRefused {
        ModulePlan plan = plan("node1", "><heart><heartbeat name=\"default\"/></heart>");
        ModulePlan.Heartbeat heartbeat = plan.heartbeats().getFirst();
        assertEquals("default", heartbeat.ident());
        assertEquals("/10.0.0.1:8890", heartbeat.local().toString());
        assertEquals("/10.0.0.2:8890", heartbeat.peer().toString());
        assertEquals(Duration.ofSeconds(30), plan.longestTimeout());
        assertEquals("node2", plan.settings().peerNode());
        assertTrue(plan.data().isEmpty());
    }

    @Test
    void givenAFlowHeartbeatAndTranslatedAddresses_whenPlanned_thenReplicationBindsTheLocalAddressOfThatLan()
            throws StartRefused {
        String service = "><heart><heartbeat name=\"default\"/><heartbeat name=\"repli\" ident=\"flow\"/></heart>"
                + "<rfs><replicated dir=\"/srv/data\"/></rfs>";
        ModulePlan.Data data = plan("node1", service).data().orElseThrow();
        assertEquals("/10.1.0.1:5608", data.local().toString());
        assertEquals("/10.1.0.2:5608", data.peer().toString());
        ModulePlan.Data other = plan("node2", service).data().orElseThrow();
        assertEquals("/10.1.0.2:5608", other.local().toString());
        assertEquals("/203.0.113.1:5608", other.peer().toString());
    }

    @Test
    void givenAShorterPulse_whenWaitsArePlanned_thenTheyLastAsLong() throws StartRefused {
        ModulePlan nominal = plan("node1", "><heart><heartbeat name=\"default\"/></heart>");
        ModulePlan fast = plan("node1", "><heart pulse=\"100\" timeout=\"2000\"><heartbeat name=\"default\"/></heart>");
        assertEquals(
                nominal.settings().timing().handoverTicks() * 7,
                fast.settings().timing().handoverTicks());
        assertEquals(
                List.of(Duration.ofSeconds(2)),
                fast.heartbeats().stream().map(ModulePlan.Heartbeat::timeout).toList());
    }

    @Test
    void givenALanOfThreeNodes_whenAMirrorUsesIt_thenItIsRefusedWithWhatToDo() {
        StartRefused refusal =
                assertThrows(StartRefused.class, () -> plan("node1", "><heart><heartbeat name=\"three\"/></heart>"));
        assertTrue(refusal.getMessage().contains("three"), refusal.getMessage());
    }

    @Test
    void givenANodeThatIsNotOnTheLan_whenPlanned_thenTheRefusalNamesNodeAndLan() {
        StartRefused refusal =
                assertThrows(StartRefused.class, () -> plan("node3", "><heart><heartbeat name=\"default\"/></heart>"));
        assertTrue(refusal.getMessage().contains("node3"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("default"), refusal.getMessage());
    }
}
