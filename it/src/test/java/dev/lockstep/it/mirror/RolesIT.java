package dev.lockstep.it.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.it.files.Trees;
import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Mirror;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.kit.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Acceptance tests 22 to 24: who may be primary, and who shall. */
class RolesIT {
    private static final Duration A_WHILE = Duration.ofSeconds(5);
    private static final int FILE = 8 << 20;

    /** KiB/s: what is copied takes ten seconds, long enough to be stopped in the middle. */
    private static final String SLOWLY = "8192";

    private static final int FILES = 10;

    @RegisterExtension
    static final PairExtension PAIR = PairExtension.pair(mirror -> mirror);

    private static Cluster cluster() {
        return PAIR.cluster();
    }

    private static void stop(Node node) {
        node.lockstep("stop", "-m", Mirror.NAME).expectOk();
        cluster().await(node, "STOP NotReady");
    }

    private static void start(Node node) {
        node.lockstep("start", "-m", Mirror.NAME).expectOk();
    }

    @Test
    void t22AHalfCopiedNodeDoesNotBecomePrimaryUnlessForced() throws IOException {
        PAIR.reconfigure(mirror -> mirror.rfs("reiallowedbw", SLOWLY));
        Node one = cluster().node1();
        Node two = cluster().node2();
        stop(two);
        byte[] content = new byte[FILE];
        new Random(22).nextBytes(content);
        for (int i = 0; i < FILES; i++) {
            Files.write(one.path(PAIR.directory() + "/big" + i), content);
        }
        LogReader joining = LogReader.of(two);
        two.lockstep("second", "fullsync", "-m", Mirror.NAME).expectOk();
        joining.expect("Reintegration began");
        stop(two);
        stop(one);

        LogReader twoSays = LogReader.of(two);
        two.lockstep("prim", "-m", Mirror.NAME);
        twoSays.expect("Data may be inconsistent");
        cluster().await(two, "STOP NotReady");

        two.lockstep("primforce", "-m", Mirror.NAME).expectOk();
        cluster().await(two, "ALONE Ready");
        LogReader oneSays = LogReader.of(one);
        start(one);
        cluster().awaitPair(two);
        oneSays.expect("Reintegration ended");
        assertEquals(List.of(), Trees.differences(cluster(), PAIR.directory()));
        for (int i = 0; i < FILES; i++) {
            Files.deleteIfExists(two.path(PAIR.directory() + "/big" + i));
        }
    }

    @Test
    void t23WithFailoverOffTheSecondaryWaits() {
        PAIR.reconfigure(mirror -> mirror.service("failover", "off"));
        Node one = cluster().node1();
        Node two = cluster().node2();
        LogReader twoSays = LogReader.of(two);
        stop(one);
        cluster().await(two, "WAIT NotReady");
        twoSays.expect("Action stopstart called by failover-off", "Local state WAIT NotReady");
        Patience.holds(
                "waiting",
                A_WHILE,
                () -> two.view().is("WAIT NotReady"),
                () -> two.view().toString());

        start(one);
        cluster().awaitPair(one);

        stop(one);
        cluster().await(two, "WAIT NotReady");
        stop(two);
        two.lockstep("prim", "-m", Mirror.NAME).expectOk();
        cluster().await(two, "ALONE Ready");
        start(one);
        cluster().awaitPair(two);
    }

    @Test
    void t24TheDefaultPrimaryTakesTheApplicationBack() {
        PAIR.reconfigure(mirror -> mirror.service("defaultprim", "node1"));
        Node one = cluster().node1();
        Node two = cluster().node2();
        stop(one);
        cluster().await(two, "ALONE Ready");
        LogReader oneSays = LogReader.of(one);
        start(one);
        cluster().awaitPair(one);
        oneSays.expect("Transition SWAP from defaultprim");
    }

    @Test
    void t24WithoutADefaultPrimaryNothingMoves() {
        PAIR.reconfigure(mirror -> mirror);
        Node one = cluster().node1();
        Node two = cluster().node2();
        stop(one);
        cluster().await(two, "ALONE Ready");
        start(one);
        cluster().awaitPair(two);
        Patience.holds(
                "the roles",
                A_WHILE,
                () -> two.view().is("PRIM Ready"),
                () -> two.view().toString());
    }

    @Test
    void t24TheLastPrimaryTakesTheApplicationBack() {
        PAIR.reconfigure(mirror -> mirror.service("defaultprim", "lastprim"));
        Node one = cluster().node1();
        Node two = cluster().node2();
        stop(one);
        cluster().await(two, "ALONE Ready");
        start(one);
        cluster().awaitPair(one);
    }
}
