package dev.lockstep.it.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.it.files.DeadDisk;
import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Mirror;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.kit.Patience;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The disk that holds a node's state and its replicated directory is full or dead: the application goes on where its node is well, and
 * a node whose disk is full does what a pair needs all the same.
 */
class StateDiskIT {
    private static final int FILE_BYTES = 1 << 20;
    private static final int BLOCK = 4096;

    @RegisterExtension
    static final PairExtension NODES = PairExtension.neverStarted(mirror -> mirror);

    private final AtomicInteger acknowledged = new AtomicInteger();
    private volatile boolean over;
    private volatile String refused = "";
    private String small;

    /** An application that overwrites one file, and flushes each time: it needs no room. */
    private Thread application(Node node, Mirror mirror) {
        over = false;
        acknowledged.set(0);
        Path file = node.path(mirror.directory() + "/ledger");
        return Thread.ofVirtual().start(() -> {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                for (int i = 0; !over; i++) {
                    channel.write(ByteBuffer.allocate(BLOCK), (long) i % (FILE_BYTES / BLOCK) * BLOCK);
                    channel.force(false);
                    acknowledged.incrementAndGet();
                }
            } catch (IOException failure) {
                refused = failure.toString();
            }
        });
    }

    @AfterEach
    void endApplication() {
        over = true;
    }

    private void goesOn(Node node) {
        int before = acknowledged.get();
        Patience.until(
                "the application to be answered",
                Cluster.SOON,
                () -> acknowledged.get() > before + 10,
                () -> refused + " " + node.view());
        assertEquals("", refused);
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
        Path ledger = cluster.node1().path(mirror.directory() + "/ledger");
        Files.write(ledger, new byte[FILE_BYTES]);
        try (FileChannel channel = FileChannel.open(ledger, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
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
        goesOn(one);
        assertTrue(isFull(two), "while the disk is still full");
        run(two, "sh", "-c", "rm " + small + "/filler*");
        cluster.awaitPair(one);
        goesOn(one);

        fill(one);
        two.powerOff();
        cluster.await(one, "ALONE Ready");
        goesOn(one);
        assertTrue(isFull(one), "while the disk is still full");
    }

    @Test
    void givenASecondaryWhoseDiskIsDead_thenTheApplicationGoesOn() throws IOException {
        Mirror mirror = pair();
        Cluster cluster = NODES.cluster();
        Node one = cluster.node1();
        application(one, mirror);
        goesOn(one);
        DeadDisk.shutDown(cluster.node2().path(small));
        cluster.await(one, "ALONE Ready");
        goesOn(one);
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
        goesOn(two);
        assertTrue(isFull(two), "while the disk is still full");
    }
}
