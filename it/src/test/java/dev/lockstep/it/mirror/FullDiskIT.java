package dev.lockstep.it.mirror;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Mirror;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.kit.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Acceptance test 32: a full disk is an error of the application only where the application runs. */
class FullDiskIT {
    private static final int MORE_THAN_FITS = 24 << 20;
    private static final String SMALL = "16m";
    private static final long ROOM = 1 << 20;
    private static final String LARGE = "256m";

    @RegisterExtension
    static final PairExtension NODES = PairExtension.neverStarted(mirror -> mirror);

    private static Mirror onDiskOf(String size, Node node) {
        Cluster cluster = NODES.cluster();
        String disk = cluster.site().disk() + "/disk";
        for (Node each : cluster.nodes()) {
            each.host().run("mkdir", "-p", disk).expectOk();
            each.host()
                    .run("mount", "-t", "tmpfs", "-o", "size=" + (each == node ? size : LARGE), "disk", disk)
                    .expectOk();
            each.host().run("mkdir", "-p", disk + "/data").expectOk();
        }
        Mirror mirror = new Mirror(disk + "/data");
        cluster.install(mirror);
        cluster.pair(cluster.node1());
        return mirror;
    }

    @Test
    void aFullDiskOnTheSecondaryIsNoErrorOfTheApplication() throws IOException {
        Cluster cluster = NODES.cluster();
        Node one = cluster.node1();
        Node two = cluster.node2();
        Mirror mirror = onDiskOf(SMALL, two);
        byte[] content = new byte[MORE_THAN_FITS];
        new Random(32).nextBytes(content);
        Files.write(one.path(mirror.directory() + "/large"), content);
        cluster.await(one, "ALONE Ready");
        assertArrayEquals(content, Files.readAllBytes(one.path(mirror.directory() + "/large")));

        two.lockstep("stop", "-m", Mirror.NAME);
        cluster.await(two, "STOP NotReady");
        two.host()
                .run("mount", "-o", "remount,size=" + LARGE, cluster.site().disk() + "/disk")
                .expectOk();
        two.lockstep("start", "-m", Mirror.NAME).expectOk();
        cluster.awaitPair(one);
        assertArrayEquals(content, Files.readAllBytes(two.path(mirror.directory() + "/large")));
    }

    @Test
    void aFullDiskOnThePrimaryIsTheErrorOfItsDiskAndThePairGoesOn() throws IOException {
        Cluster cluster = NODES.cluster();
        Node one = cluster.node1();
        Mirror mirror = onDiskOf(SMALL, one);
        IOException full = assertThrows(
                IOException.class,
                () -> Files.write(one.path(mirror.directory() + "/large"), new byte[MORE_THAN_FITS]));
        assertTrue(full.getMessage().contains("No space left"), full::getMessage);
        Files.delete(one.path(mirror.directory() + "/large"));
        // what a removed file held is free once the kernel has forgotten the file, which nobody waits for
        Path disk = one.path(cluster.site().disk() + "/disk");
        Patience.until("room on the disk", Cluster.SOON, () -> disk.toFile().getUsableSpace() > ROOM);
        Files.writeString(one.path(mirror.directory() + "/small"), "fits");
        assertTrue(one.view().is("PRIM Ready"), () -> one.view().toString());
        assertTrue(Files.readString(cluster.node2().path(mirror.directory() + "/small"))
                .equals("fits"));
    }
}
