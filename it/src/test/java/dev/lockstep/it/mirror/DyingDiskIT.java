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
import java.nio.file.Path;
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

    @Test
    void aPrimaryWhoseDiskAnswersWithErrorsIsReplaced() throws IOException {
        Mirror mirror = onDisksOfTheirOwn();
        Cluster cluster = NODES.cluster();
        Node one = cluster.node1();
        Node two = cluster.node2();
        LogReader oneSays = LogReader.of(one);
        LogReader twoSays = LogReader.of(two);
        Path file = one.path(mirror.directory() + "/acknowledged");
        Files.writeString(file, "before");

        DeadDisk.shutDown(one.path(disk()));

        cluster.await(two, "ALONE Ready");
        cluster.await(one, "STOP NotReady");
        twoSays.expect("node1 says that its disk answers with errors: it gives up its role", "Local state ALONE Ready");
        oneSays.expect("The disk of this node answers with errors", "This node gives up its role");
        assertEquals("before", Files.readString(two.path(mirror.directory() + "/acknowledged")));
        Files.writeString(two.path(mirror.directory() + "/afterwards"), "goes on");
    }

    @Test
    void aPrimaryWhoseDiskHangsIsReplacedAndItsProcessesCanEnd() throws IOException {
        Mirror mirror = onDisksOfTheirOwn();
        Cluster cluster = NODES.cluster();
        Node one = cluster.node1();
        Node two = cluster.node2();
        Files.writeString(one.path(mirror.directory() + "/acknowledged"), "before");
        one.host().run("fsfreeze", "-f", disk()).expectOk();
        try {
            Process stuck = one.host()
                    .start(
                            Map.of(),
                            one.path("/run").resolve("stuck"),
                            List.of("dd", "if=/dev/zero", "of=" + mirror.directory() + "/stuck", "bs=4k", "count=1"));
            cluster.await(two, "ALONE Ready", Cluster.SOON.multipliedBy(2));
            Patience.until("the process that waited for the disk to end", Cluster.SOON, () -> !stuck.isAlive());
            assertTrue(stuck.exitValue() != 0, "its write was not done");
            assertEquals("before", Files.readString(two.path(mirror.directory() + "/acknowledged")));
        } finally {
            one.host().run("fsfreeze", "-u", disk());
        }
    }
}
