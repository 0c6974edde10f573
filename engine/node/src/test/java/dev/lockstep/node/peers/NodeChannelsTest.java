package dev.lockstep.node.peers;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.link.HeartbeatTransport;
import dev.lockstep.core.config.ClusterConfig;
import dev.lockstep.core.config.LanConfig;
import dev.lockstep.core.config.LanNode;
import dev.lockstep.node.kit.MemoryNetwork;
import dev.lockstep.node.kit.TestNode;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes that announce themselves, over a network in memory; time passes when the test says so. */
class NodeChannelsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ClusterConfig CLUSTER = new ClusterConfig(
            4800,
            Duration.ofMillis(100),
            20,
            10,
            List.of(
                    new LanConfig("office", false, List.of(at("alpha", "10.0.0.1"), at("beta", "10.0.0.2"))),
                    new LanConfig("cross", false, List.of(at("alpha", "10.0.1.1"), at("beta", "10.0.1.2")))));

    private final MemoryNetwork network = new MemoryNetwork();
    private final List<Node> nodes = new ArrayList<>();

    private static LanNode at(String node, String address) {
        return new LanNode(node, address, Optional.empty());
    }

    /** A module as hosted on one node; writes down what it is told. */
    private static final class Module implements PeerPorts {
        private final Announcement.Module here;
        private final List<String> remarks = new CopyOnWriteArrayList<>();
        private volatile String ports = "";
        private volatile String shown = "";
        private volatile boolean peerPrimary;

        Module(String name, int id, String peer, boolean primary) {
            here = new Announcement.Module(name, id, peer, 8887 + id, 5600 + 4 * (id - 1), true, primary);
        }

        @Override
        public Announcement.Module announced() {
            return here;
        }

        @Override
        public void peerAt(int heartbeatPort, int replicationPort) {
            ports = heartbeatPort + " " + replicationPort;
        }

        @Override
        public void peerPrimary(boolean primary) {
            peerPrimary = primary;
        }

        @Override
        public void shown(String words) {
            shown = words;
        }

        @Override
        public void remark(String sentence) {
            remarks.add(sentence);
        }
    }

    private final class Node implements NodeChannels.KeyNews {
        private final List<Module> modules = new CopyOnWriteArrayList<>();
        private final List<String> holders = new CopyOnWriteArrayList<>();
        private final NodeChannels channels;

        Node(String name, String signature, HeartbeatTransport transport) {
            channels = new NodeChannels(
                    new NodeChannels.Place(CLUSTER, signature, name, TestNode.key()), transport, () -> modules, this);
            nodes.add(this);
        }

        @Override
        public List<Long> held() {
            return List.of(42L);
        }

        @Override
        public void holds(String node, List<Long> names) {
            holders.add(node + names);
        }
    }

    private Node node(String name) {
        return new Node(name, "0123456789abcdef", network.heartbeatTransport());
    }

    private void second() {
        nodes.forEach(node -> node.channels.ticked(1_000));
    }

    private void untilShown(Module module, String words) {
        await().atMost(PATIENCE).until(() -> {
            second();
            return module.shown.equals(words);
        });
    }

    @AfterEach
    void close() {
        nodes.forEach(node -> node.channels.close());
    }

    @Test
    void givenAModuleWithIds2And1_whenTheNodesHearEachOther_thenEachUsesThePortsOfTheOtherAndSaysSoOnce() {
        Module here = new Module("ledger", 2, "beta", false);
        Module there = new Module("ledger", 1, "alpha", true);
        node("alpha").modules.add(here);
        node("beta").modules.add(there);

        untilShown(here, "id 1 there, 2 here");
        untilShown(there, "id 2 there, 1 here");
        for (int i = 0; i < 20; i++) {
            second();
        }

        assertEquals("8888 5600", here.ports);
        assertEquals("8889 5604", there.ports);
        assertTrue(here.peerPrimary);
        assertEquals(1, here.remarks.size(), here.remarks.toString());
        assertTrue(here.remarks.getFirst().contains("beta has this module with id 1, here it is 2"));
        assertEquals(1, there.remarks.size(), there.remarks.toString());
        assertTrue(nodes.getFirst().holders.contains("beta[42]"));
    }

    @Test
    void givenAPeerWithoutTheModule_whenItIsHeard_thenThatIsSaidOnceAndAlsoWhenItIsThere() {
        Module here = new Module("ledger", 1, "beta", false);
        node("alpha").modules.add(here);
        Node beta = node("beta");
        beta.modules.add(new Module("other", 1, "alpha", false));

        untilShown(here, "not configured there");
        beta.modules.add(new Module("ledger", 2, "alpha", false));
        untilShown(here, "id 2 there, 1 here");
        beta.modules.clear();
        beta.modules.add(new Module("ledger", 1, "alpha", false));
        untilShown(here, "ok");

        assertEquals(3, here.remarks.size(), here.remarks.toString());
    }

    @Test
    void givenAPeerOfAnotherClusterConfiguration_whenItIsHeard_thenThatIsSaid() {
        Module here = new Module("ledger", 1, "beta", false);
        node("alpha").modules.add(here);
        new Node("beta", "fedcba9876543210", network.heartbeatTransport())
                .modules.add(new Module("ledger", 1, "alpha", false));

        untilShown(here, "another cluster.xml there");
        assertTrue(here.remarks.getFirst().contains("fedcba9876543210"), here.remarks.toString());
    }

    @Test
    void givenAPeerThatFallsSilent_whenItComesBackAsItWas_thenNothingIsSaidTwiceAndItsRoleIsForgottenMeanwhile()
            throws Exception {
        Module here = new Module("ledger", 2, "beta", false);
        node("alpha").modules.add(here);
        node("beta").modules.add(new Module("ledger", 1, "alpha", true));
        untilShown(here, "id 1 there, 2 here");

        network.cut(InetAddress.getByName("10.0.0.2"));
        network.cut(InetAddress.getByName("10.0.1.2"));
        untilShown(here, "unknown");
        assertEquals(false, here.peerPrimary);
        network.heal(InetAddress.getByName("10.0.0.2"));
        untilShown(here, "id 1 there, 2 here");

        assertEquals(1, here.remarks.size(), here.remarks.toString());
        assertEquals("8888 5600", here.ports);
    }

    @Test
    void givenAPeerWithAnotherKey_whenItsPacketsCannotBeBelieved_thenThatIsSaidOnceAndNothingIsActedOn() {
        List<HeartbeatTransport.Receiver> receivers = new CopyOnWriteArrayList<>();
        HeartbeatTransport deaf = (endpoint, keys, receiver) -> {
            receivers.add(receiver);
            return network.heartbeatTransport().open(endpoint, keys, receiver);
        };
        Module here = new Module("ledger", 1, "beta", false);
        new Node("alpha", "0123456789abcdef", deaf).modules.add(here);

        await().atMost(PATIENCE).until(() -> {
            second();
            receivers.forEach(receiver -> receiver.foreign("made with another cluster key"));
            return here.shown.equals("another key or cluster");
        });
        for (int i = 0; i < 20; i++) {
            receivers.forEach(receiver -> receiver.foreign("made with another cluster key"));
            second();
        }

        assertEquals(1, here.remarks.size(), here.remarks.toString());
        assertEquals("", here.ports);
    }
}
