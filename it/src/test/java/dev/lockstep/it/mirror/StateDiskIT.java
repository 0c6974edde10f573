package dev.lockstep.it.mirror;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.it.files.DeadDisk;
import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Mirror;
import dev.lockstep.it.kit.Node;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The disk that holds a node's state and its replicated directory is full or dead: the application goes on where its node is well, and
 * a node whose disk is full does what a pair needs all the same.
 */
class StateDiskIT {
    private static final int FILE_BYTES = 1 << 20;

    @RegisterExtension
    static final PairExtension NODES = PairExtension.neverStarted(mirror -> mirror);

    private LedgerWriter writer;
    private String small;

    private void application(Node node, Mirror mirror) {
        endApplication();
        writer = LedgerWriter.start(node, mirror);
    }

    @AfterEach
    void endApplication() {
        if (writer != null) {
            writer.close();
        }
    }

    /** Both nodes with state and data on one small ext4 of their own, in a pair, node1 primary. */
    private Mirror pair() throws IOException {
        Cluster cluster = NODES.cluster();
        small = cluster.site().disk() + "/small";
        for (Node node : cluster.nodes()) {
            run(node, "truncate", "-s", "64M", small + ".img");
            run(node, "mkfs.ext4", "-q", "-F", small + ".img");
            run(node, "mkdir", small);
            run(node, "mount", "-o", "loop", small + ".img", small);
            run(node, "mkdir", small + "/data", small + "/state");
            run(node, "mount", "--bind", small + "/state", state(node));
        }
        Mirror mirror = new Mirror(small + "/data");
        cluster.install(mirror);
        cluster.pair(cluster.node1());
        LedgerWriter.layOut(cluster.node1(), mirror);
        return mirror;
    }

    private static String state(Node node) {
        return node.var() + "/state/" + Mirror.NAME;
    }

    private static void run(Node node, String... command) {
        node.host().run(command).expectOk();
    }

    private void fill(Node node) {
        String filler = small + "/filler";
        node.host()
                .run(
                        "sh",
                        "-c",
                        "dd if=/dev/zero of=" + filler + " bs=64k; dd if=/dev/zero of=" + filler
                                + ".rest bs=1; sync -f " + small);
        assertTrue(isFull(node), "the disk of " + node + " is full");
    }

    private boolean isFull(Node node) {
        return node.host()
                .run("stat", "-f", "-c", "%a", small)
                .expectOk()
                .out()
                .strip()
                .equals("0");
    }

    @Test
    void givenAFullDiskOfTheSecondaryAndThenOfThePrimary_thenTheApplicationGoesOn() throws IOException {
        Mirror mirror = pair();
        Cluster cluster = NODES.cluster();
        Node one = cluster.node1();
        Node two = cluster.node2();
        application(one, mirror);
        fill(two);
        Files.write(one.path(mirror.directory() + "/more"), new byte[FILE_BYTES]);
        cluster.await(one, "ALONE Ready");
        writer.goesOn();
        assertTrue(isFull(two), "while the disk is still full");
        run(two, "sh", "-c", "rm " + small + "/filler*");
        cluster.awaitPair(one);
        writer.goesOn();

        fill(one);
        two.powerOff();
        cluster.await(one, "ALONE Ready");
        writer.goesOn();
        assertTrue(isFull(one), "while the disk is still full");
    }

    @Test
    void givenASecondaryWhoseDiskIsDead_thenTheApplicationGoesOn() throws IOException {
        Mirror mirror = pair();
        Cluster cluster = NODES.cluster();
        Node one = cluster.node1();
        application(one, mirror);
        writer.goesOn();
        DeadDisk.shutDown(cluster.node2().path(small));
        cluster.await(one, "ALONE Ready");
        writer.goesOn();
    }

    @Test
    void givenAFullDisk_thenTheSecondaryTakesOver() throws IOException {
        Mirror mirror = pair();
        Cluster cluster = NODES.cluster();
        Node two = cluster.node2();
        fill(two);
        cluster.node1().powerOff();
        cluster.await(two, "ALONE Ready");
        application(two, mirror);
        writer.goesOn();
        assertTrue(isFull(two), "while the disk is still full");
    }
}
