package dev.lockstep.it.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.it.files.DeadDisk;
import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Mirror;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.kit.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A primary whose disk dies while its engine lives gives its role to the node that can do better, and both say why. */
class DyingDiskIT {
    @RegisterExtension
    static final PairExtension NODES = PairExtension.neverStarted(mirror -> mirror);

    private static String disk() {
        return NODES.cluster().site().disk() + "/disk";
    }

    private static Mirror onDisksOfTheirOwn() {
        Cluster cluster = NODES.cluster();
        for (Node node : cluster.nodes()) {
            node.host()
                    .run(
                            "sh",
                            "-c",
                            "mkdir -p " + disk() + " && truncate -s 64M " + disk() + ".image && mkfs.ext4 -q "
                                    + disk() + ".image && mount -o loop " + disk() + ".image " + disk() + " && mkdir "
                                    + disk() + "/data")
                    .expectOk();
        }
        Mirror mirror = new Mirror(disk() + "/data").rfs("checkintv", "1s").rfs("checktime", "8s");
        cluster.install(mirror);
        cluster.pair(cluster.node1());
        return mirror;
    }

    @AfterEach
    void takeTheDisksAway() {
        for (Node node : NODES.cluster().nodes()) {
            if (node.host().powered()) {
                node.host().run("umount", "-l", disk());
            }
        }
    }

    /** One life of a pair, because a pair costs more time than its faults. */
    @Test
    void aPrimaryWhoseDiskHangsOrAnswersWithErrorsIsReplacedAndBothSayWhy() throws IOException {
        Mirror mirror = onDisksOfTheirOwn();
        Cluster cluster = NODES.cluster();
        Node one = cluster.node1();
        Node two = cluster.node2();
        Files.writeString(one.path(mirror.directory() + "/first"), "acknowledged by node1");

        hangs(one, two, mirror);

        one.lockstep("start", "-m", Mirror.NAME).expectOk();
        cluster.awaitPair(two);
        Files.writeString(two.path(mirror.directory() + "/second"), "acknowledged by node2");

        answersWithErrors(two, one);

        assertEquals("acknowledged by node1", Files.readString(one.path(mirror.directory() + "/first")));
        assertEquals("acknowledged by node2", Files.readString(one.path(mirror.directory() + "/second")));
        Files.writeString(one.path(mirror.directory() + "/third"), "goes on");
    }

    private static void hangs(Node ill, Node other, Mirror mirror) throws IOException {
        Cluster cluster = NODES.cluster();
        LogReader illSays = LogReader.of(ill);
        ill.host().run("fsfreeze", "-f", disk()).expectOk();
        Process stuck;
        try {
            stuck = ill.host()
                    .start(
                            Map.of(),
                            ill.path("/run").resolve("stuck"),
                            List.of("dd", "if=/dev/zero", "of=" + mirror.directory() + "/stuck", "bs=4k", "count=1"));
            cluster.await(other, "ALONE Ready");
            Patience.until("the process that waited for the disk to end", Cluster.SOON, () -> !stuck.isAlive());
        } finally {
            ill.host().run("fsfreeze", "-u", disk());
        }
        assertTrue(stuck.exitValue() != 0, "its write was not done");
        cluster.await(ill, "STOP NotReady");
        illSays.expect("The disk of this node does not answer", "This node gives up its role");
    }

    /** Whether a refused flush or a failed attempt is noticed first is chance: the role is exchanged, or given up. */
    private static void answersWithErrors(Node ill, Node other) throws IOException {
        Cluster cluster = NODES.cluster();
        LogReader illSays = LogReader.of(ill);
        LogReader otherSays = LogReader.of(other);
        DeadDisk.shutDown(ill.path(disk()));
        cluster.await(other, "ALONE Ready");
        illSays.expect("The disk of this node answers with errors");
        otherSays.expect("Local state ALONE Ready");
        String role = ill.lockstep("state", "-m", Mirror.NAME, "-lq").out();
        assertTrue(role.contains("STOP") || role.contains("WAIT") || role.contains("SECOND"), role);
    }
}
