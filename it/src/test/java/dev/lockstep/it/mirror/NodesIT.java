package dev.lockstep.it.mirror;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Mirror;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.kit.Outcome;
import dev.lockstep.it.kit.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What two nodes know of each other as nodes: by which number each has a module, and by which key they speak. */
class NodesIT {
    @RegisterExtension
    static final PairExtension NODES = PairExtension.neverStarted(mirror -> mirror);

    @Test
    void aModuleWithAnotherIdOnEachNodeIsAPairAndTheKeyIsChangedUnderIt() throws IOException {
        Cluster cluster = NODES.cluster();
        Node one = cluster.node1();
        Node two = cluster.node2();

        // The module gets the id 2 on node1 and keeps 1 on node2; a mistyped name takes none
        one.lockstep("deconfig", "-m", Mirror.NAME).expectOk();
        Outcome mistyped = one.lockstep("config", "-m", Mirror.NAME + "x");
        assertFalse(mistyped.ok());
        assertTrue(mistyped.toString().contains("Did you mean " + Mirror.NAME + "?"), mistyped.toString());
        one.lockstep("module", "install", "-m", Mirror.NAME, "-M", "2").expectOk();
        one.lockstep("config", "-m", Mirror.NAME).expectOk();
        assertTrue(one.lockstep("module", "getports", "-m", Mirror.NAME)
                .expectOk()
                .out()
                .contains("8889"));
        assertTrue(two.lockstep("module", "getports", "-m", Mirror.NAME)
                .expectOk()
                .out()
                .contains("8888"));

        // They find each other by its name
        await(one, "id 1 there, 2 here");
        await(two, "id 2 there, 1 here");
        assertTrue(one.lockstep("module", "getports", "-m", Mirror.NAME)
                .expectOk()
                .out()
                .contains("""
                                heartbeat UDP 8889
                                replication TCP 5604
                                heartbeat UDP 8888 on node2
                                replication TCP 5600 on node2
                                """));
        assertEquals(1, remarks(one), one.log().toString());
        assertEquals(1, remarks(two), two.log().toString());
        cluster.pair(one);
        Files.writeString(one.path(NODES.directory() + "/file"), "over other ports");

        // The key is changed while they are a pair
        byte[] former = key(one);
        List<Long> before = Stream.of(one, two).map(NodesIT::steps).toList();
        one.lockstep("cluster", "rekey").expectOk();
        Files.copy(zip(one), two.onDisk(two.var() + "/carried.zip"));
        two.lockstep("cluster", "rekey", two.var() + "/carried.zip").expectOk();
        for (Node node : cluster.nodes()) {
            Patience.until(
                    node + " to believe the new key only",
                    Cluster.SOON,
                    () -> !Arrays.equals(former, key(node))
                            && !Files.exists(cluster(node).resolve("cluster.key.next")),
                    node::lastWords);
        }
        assertArrayEquals(key(one), key(two));
        assertEquals(before, Stream.of(one, two).map(NodesIT::steps).toList(), "nothing happened to the pair");

        // A new link is made with it
        two.lockstep("stop", "-m", Mirror.NAME).expectOk();
        two.lockstep("waitstop", "-m", Mirror.NAME).expectOk();
        cluster.await(one, "ALONE Ready");
        two.lockstep("start", "-m", Mirror.NAME).expectOk();
        cluster.awaitPair(one);
        assertEquals("over other ports", Files.readString(two.path(NODES.directory() + "/file")));
    }

    private static void await(Node node, String words) {
        Patience.until(
                node + " to show '" + words + "'",
                Cluster.SOON,
                () -> node.resource("peer.module").equals(words),
                () -> node.resource("peer.module") + "\n" + node.lastWords());
    }

    private static long remarks(Node node) {
        return node.log().stream()
                .filter(line -> line.contains("has this module with id"))
                .count();
    }

    /** How often a node changed its state, or lost something. */
    private static long steps(Node node) {
        return node.log().stream()
                .filter(line -> line.contains("Local state") || line.contains("down"))
                .count();
    }

    private static Path cluster(Node node) {
        return node.onDisk(node.var() + "/cluster");
    }

    private static Path zip(Node node) {
        return cluster(node).resolve("cluster.zip");
    }

    private static byte[] key(Node node) {
        try {
            return Files.readAllBytes(cluster(node).resolve("cluster.key"));
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }
}
