package dev.lockstep.it.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.it.app.Journal;
import dev.lockstep.it.app.JournalClient;
import dev.lockstep.it.files.Trees;
import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.kit.Patience;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Acceptance tests 15 to 18, and worse: power, daemons and networks fail under a client that remembers every acknowledgement
 * it got. Nothing acknowledged may be missing on the node that serves afterwards (promise P1).
 */
class FailureIT {
    /** Longer than the three seconds in which a silent peer is given up, on a busy machine. */
    private static final Duration INTERRUPTION = Duration.ofSeconds(15);

    @RegisterExtension
    static final PairExtension PAIR = PairExtension.pair(mirror -> mirror);

    private static Cluster cluster() {
        return PAIR.cluster();
    }

    private static JournalClient load() {
        JournalClient client = JournalClient.start(cluster().client(), cluster().journals());
        progress(client, 100);
        return client;
    }

    /** Waits until the client got so many more acknowledgements. */
    private static void progress(JournalClient client, int more) {
        int before = client.count();
        Patience.until(
                more + " more acknowledged records",
                Cluster.SOON,
                () -> client.count() >= before + more,
                () -> client.count() - before + " came");
    }

    /** Nothing is on the way any more. */
    private static void rest(JournalClient client) {
        client.pause(true);
        Patience.until("the client to rest", Cluster.SOON, client::resting);
    }

    private static void nothingIsMissing(JournalClient client, Node on) throws IOException {
        BitSet missing = client.missing(() -> Journal.numbers(on.path(PAIR.directory() + "/journal")));
        assertTrue(missing.isEmpty(), () -> "acknowledged and lost: " + missing);
    }

    private static boolean serves(JournalClient client, Node node) {
        InetSocketAddress serving = client.serving();
        return serving != null
                && serving.getAddress().getHostAddress().equals(node.host().address("office"));
    }

    @Test
    void t15PowerOffOfThePrimary() throws IOException {
        Node one = cluster().node1();
        Node two = cluster().node2();
        LogReader twoSays = LogReader.of(two);
        try (JournalClient client = load()) {
            one.powerOff();
            cluster().await(two, "ALONE Ready");
            progress(client, 100);
            assertTrue(serves(client, two));
            nothingIsMissing(client, two);
            twoSays.expect("Resource heartbeat.office set to down by heart");
            twoSays.expect("Resource heartbeat.flow set to down by heart");
            twoSays.expect(
                    "Remote state UNKNOWN", "Action alone called by heart: no heartbeat", "Local state ALONE Ready");

            one.powerOn();
            one.lockstep("start", "-m", "app").expectOk();
            cluster().awaitPair(two);
            progress(client, 100);
            rest(client);
            nothingIsMissing(client, two);
        }
        assertEquals(List.of(), Trees.differencesWithFilesOpen(cluster(), PAIR.directory()));
    }

    @Test
    void t16PowerOffOfTheSecondaryDoesNotInterruptTheApplication() throws IOException {
        Node one = cluster().node1();
        Node two = cluster().node2();
        try (JournalClient client = load()) {
            client.longestGap();
            two.powerOff();
            cluster().await(one, "ALONE Ready");
            progress(client, 100);
            assertTrue(serves(client, one));
            Duration gap = client.longestGap();
            assertTrue(gap.compareTo(INTERRUPTION) < 0, () -> "the application waited " + gap);
            nothingIsMissing(client, one);

            two.powerOn();
            two.lockstep("start", "-m", "app").expectOk();
            cluster().awaitPair(one);
            progress(client, 100);
            rest(client);
        }
        assertEquals(List.of(), Trees.differencesWithFilesOpen(cluster(), PAIR.directory()));
    }

    @Test
    void t17IsolationOfBothNetworksAndItsEnd() throws IOException {
        Node one = cluster().node1();
        Node two = cluster().node2();
        LogReader oneSays = LogReader.of(one);
        LogReader twoSays = LogReader.of(two);
        cluster().isolate(two);
        cluster().await(one, "ALONE Ready");
        cluster().await(two, "ALONE Ready");
        twoSays.expect("Action alone called by heart: no heartbeat");

        cluster().heal();
        cluster().awaitPair(one);
        oneSays.expect("Split brain recovery: staying alone");
        twoSays.expect("Split brain recovery: exiting alone", "Script stop_prim", "Local state SECOND Ready");
        oneSays.expectNone("Local state STOP");
        assertEquals(List.of(), Trees.differencesWithFilesOpen(cluster(), PAIR.directory()));
    }

    @Test
    void t18IsolationOfOneOfTwoNetworksChangesNoState() {
        Node one = cluster().node1();
        Node two = cluster().node2();
        LogReader oneSays = LogReader.of(one);
        LogReader twoSays = LogReader.of(two);
        cluster().network("office").cut("node2");
        oneSays.expect("Resource heartbeat.office set to down by heart");
        twoSays.expect("Resource heartbeat.office set to down by heart");
        Patience.holds(
                "the pair",
                Duration.ofSeconds(5),
                () -> one.view().is("PRIM Ready") && two.view().is("SECOND Ready"),
                () -> one.view() + ", " + two.view());
        cluster().heal();
        oneSays.expect("Resource heartbeat.office set to up by heart");
        oneSays.expectNone("Local state");
        twoSays.expectNone("Local state");
    }

    @Test
    void killOfThePrimarysDaemonMovesTheApplicationAndLosesNothing() throws IOException {
        Node one = cluster().node1();
        Node two = cluster().node2();
        try (JournalClient client = load()) {
            one.killDaemon();
            cluster().await(two, "ALONE Ready");
            progress(client, 100);
            assertTrue(serves(client, two));
            nothingIsMissing(client, two);

            one.startDaemon();
            one.lockstep("start", "-m", "app").expectOk();
            cluster().awaitPair(two);
            rest(client);
            nothingIsMissing(client, two);
        }
        assertEquals(List.of(), Trees.differencesWithFilesOpen(cluster(), PAIR.directory()));
    }

    @Test
    void killOfTheSecondarysDaemonLeavesTheApplicationAlone() throws IOException {
        Node one = cluster().node1();
        Node two = cluster().node2();
        try (JournalClient client = load()) {
            two.killDaemon();
            cluster().await(one, "ALONE Ready");
            progress(client, 100);
            two.startDaemon();
            two.lockstep("start", "-m", "app").expectOk();
            cluster().awaitPair(one);
            rest(client);
            nothingIsMissing(client, one);
        }
        assertEquals(List.of(), Trees.differencesWithFilesOpen(cluster(), PAIR.directory()));
    }

    @Test
    void aFrozenPrimaryThatAwakesGivesWayAndLosesNothing() throws IOException {
        Node one = cluster().node1();
        Node two = cluster().node2();
        try (JournalClient client = load()) {
            one.pauseDaemon();
            cluster().await(two, "ALONE Ready");
            one.resumeDaemon();
            Patience.until(
                    "one of the nodes to follow the other",
                    Cluster.SOON,
                    () -> one.view().is("SECOND Ready") || two.view().is("SECOND Ready"),
                    () -> one.view() + ", " + two.view());
            Node serving = one.view().is("SECOND Ready") ? two : one;
            cluster().awaitPair(serving);
            progress(client, 100);
            rest(client);
            assertTrue(serves(client, serving));
            nothingIsMissing(client, serving);
        }
        assertEquals(List.of(), Trees.differencesWithFilesOpen(cluster(), PAIR.directory()));
    }

    @Test
    void aFrozenSecondaryIsGivenUpAndComesBack() throws IOException {
        Node one = cluster().node1();
        Node two = cluster().node2();
        try (JournalClient client = load()) {
            client.longestGap();
            two.pauseDaemon();
            cluster().await(one, "ALONE Ready");
            progress(client, 100);
            Duration gap = client.longestGap();
            assertTrue(gap.compareTo(INTERRUPTION) < 0, () -> "the application waited " + gap);
            two.resumeDaemon();
            cluster().awaitPair(one);
            rest(client);
            nothingIsMissing(client, one);
        }
        assertEquals(List.of(), Trees.differencesWithFilesOpen(cluster(), PAIR.directory()));
    }
}
