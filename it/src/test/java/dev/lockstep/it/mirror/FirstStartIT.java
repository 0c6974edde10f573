package dev.lockstep.it.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.it.files.Trees;
import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Mirror;
import dev.lockstep.it.kit.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Acceptance tests 5 and 6: a new mirror starts its data only where an operator says that it is good. */
class FirstStartIT {
    @RegisterExtension
    static final PairExtension NODES = PairExtension.neverStarted(
            mirror -> mirror.hook(
                    // as scripts written for the reference product call it: by path, through SAFEBIN, and by its name
                    "poststop",
                    "exec('$SAFE/safekit printe \"by path\"; $SAFEBIN/safekit printe \"by SAFEBIN\"; safekit printe \"by name\"')"));

    @Test
    void startOnBothWaitsThenPrimAndSecondMakeAPairWithAFullCopy() throws IOException {
        Cluster cluster = NODES.cluster();
        Node one = cluster.node1();
        Node two = cluster.node2();
        Files.writeString(
                Files.createDirectories(one.path(NODES.directory() + "/old")).resolve("file"), "from before");
        Files.writeString(two.path(NODES.directory() + "/unrelated"), "in the way");

        // 5. First start on both nodes
        LogReader oneSays = LogReader.of(one);
        LogReader twoSays = LogReader.of(two);
        one.lockstep("start", "-m", Mirror.NAME).expectOk();
        two.lockstep("start", "-m", Mirror.NAME).expectOk();
        cluster.await(one, "WAIT NotReady");
        cluster.await(two, "WAIT NotReady");
        for (LogReader says : List.of(oneSays, twoSays)) {
            says.expect("Action start called by root", "Action wait from failover rule rfs_notuptodate_server");
        }

        // 6. stop + prim on node1, second on node2
        one.lockstep("stop", "-m", Mirror.NAME).expectOk();
        cluster.await(one, "STOP NotReady");
        oneSays.expect("by path", "by SAFEBIN", "by name");
        oneSays = LogReader.of(one);
        one.lockstep("prim", "-m", Mirror.NAME).expectOk();
        cluster.await(one, "ALONE Ready");
        oneSays.expect("Action prim called by root", "Script start_prim", "Local state ALONE Ready");
        two.lockstep("stop", "-m", Mirror.NAME).expectOk();
        cluster.await(two, "STOP NotReady");
        two.lockstep("second", "-m", Mirror.NAME).expectOk();
        cluster.awaitPair(one);
        twoSays.expect("Local state SECOND Transient", "Reintegration ended", "Local state SECOND Ready");

        assertEquals("from before", Files.readString(two.path(NODES.directory() + "/old/file")));
        assertFalse(Files.exists(two.path(NODES.directory() + "/unrelated")));
        assertEquals(List.of(), Trees.differences(cluster, NODES.directory()));
        try (Stream<Path> attic = Files.walk(two.onDisk(NODES.directory() + "/.lockstep/attic"))) {
            assertTrue(attic.anyMatch(path -> path.endsWith("unrelated")), "data in the way is put aside, not deleted");
        }
    }
}
