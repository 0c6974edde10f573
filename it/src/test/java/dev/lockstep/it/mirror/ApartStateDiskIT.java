package dev.lockstep.it.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.it.files.DeadDisk;
import dev.lockstep.it.files.Trees;
import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Mirror;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.kit.Patience;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The state of a node lies on another disk than its data, and that disk hangs or is dead while the one with the data lives. */
class ApartStateDiskIT {
    @RegisterExtension
    static final PairExtension NODES = PairExtension.neverStarted(mirror -> mirror);

    private final List<Node> frozen = new ArrayList<>();
    private Mirror mirror;
    private LedgerWriter writer;

    /** Both nodes with their state on an ext4 of its own, in a pair, node1 primary, with an application. */
    private void pair() throws IOException {
        Cluster cluster = NODES.cluster();
        for (Node node : cluster.nodes()) {
            String image = cluster.site().disk() + "/state.img";
            run(node, "truncate", "-s", "64M", image);
            run(node, "mkfs.ext4", "-q", "-F", image);
            run(node, "mount", "-o", "loop", image, state(node));
        }
        mirror = new Mirror(cluster.site().disk() + "/data");
        cluster.install(mirror);
        cluster.pair(cluster.node1());
        LedgerWriter.layOut(cluster.node1(), mirror);
        writer = LedgerWriter.start(cluster.node1(), mirror);
        writer.goesOn();
    }

    private static String state(Node node) {
        return node.var() + "/state/" + Mirror.NAME;
    }

    private static void run(Node node, String... command) {
        node.host().run(command).expectOk();
    }

    private void freeze(Node node) {
        run(node, "fsfreeze", "-f", state(node));
        frozen.add(node);
    }

    private void thaw(Node node) {
        if (frozen.remove(node)) {
            run(node, "fsfreeze", "-u", state(node));
        }
    }

    /** What hangs in a frozen file system cannot even be killed. */
    @AfterEach
    void nothingStaysFrozen() {
        List.copyOf(frozen).forEach(this::thaw);
        if (writer != null) {
            writer.close();
        }
    }

    private static boolean isPrimary(Node node) {
        String shown = node.view().toString();
        return shown.startsWith("ALONE") || shown.startsWith("PRIM");
    }

    @Test
    void givenTheStateDiskOfTheSecondaryHangs_whenTheLinkBreaks_thenTheApplicationGoesOnAndThereIsOnePrimary()
            throws IOException {
        pair();
        Cluster cluster = NODES.cluster();
        Node one = cluster.node1();
        Node two = cluster.node2();
        freeze(two);
        writer.goesOn();
        cluster.network("cross").cut(two.name());
        cluster.await(one, "ALONE Ready");
        writer.goesOn();
        one.powerOff();
        Patience.holds(
                "the silent node not taking over",
                Cluster.SOON.dividedBy(4),
                () -> !isPrimary(two),
                () -> two.view().toString());
        thaw(two);
        Patience.holds(
                "the node that knows nothing of what it missed not taking over",
                Cluster.SOON.dividedBy(8),
                () -> !isPrimary(two),
                () -> two.view().toString());
    }

    @Test
    void givenTheStateDiskOfThePrimaryHangs_whenTheSecondaryIsLost_thenWritesWaitForItWithTheReasonAndThenGoOn()
            throws IOException {
        pair();
        Cluster cluster = NODES.cluster();
        Node one = cluster.node1();
        Node two = cluster.node2();
        freeze(one);
        writer.goesOn();
        two.powerOff();
        Patience.until(
                "the primary to say what its writes wait for",
                Cluster.SOON,
                () -> one.lockstep("state", "-m", Mirror.NAME).out().contains("PRIM Transient"),
                () -> one.view().toString());
        assertEquals("", writer.refused());
        thaw(one);
        cluster.await(one, "ALONE Ready");
        writer.goesOn();
    }

    @Test
    void givenTheStateDiskOfTheSecondaryIsDead_thenTheApplicationGoesOnAndTheCopiesAreEqualAgainAfterARepair()
            throws IOException {
        pair();
        Cluster cluster = NODES.cluster();
        Node one = cluster.node1();
        Node two = cluster.node2();
        DeadDisk.shutDown(two.path(state(two)));
        writer.goesOn();
        cluster.network("cross").cut(two.name());
        cluster.await(one, "ALONE Ready");
        writer.goesOn();
        assertFalse(isPrimary(two), () -> two.view().toString());
        two.killDaemon();
        run(two, "umount", "-l", state(two));
        run(two, "mount", "-o", "loop", cluster.site().disk() + "/state.img", state(two));
        cluster.heal();
        two.startDaemon();
        two.lockstep("start", "-m", Mirror.NAME);
        cluster.awaitPair(one);
        writer.goesOn();
        writer.close();
        assertTrue(Trees.differencesWithFilesOpen(cluster, mirror.directory()).isEmpty());
    }
}
