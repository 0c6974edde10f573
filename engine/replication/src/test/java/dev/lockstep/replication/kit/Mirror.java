package dev.lockstep.replication.kit;

import dev.lockstep.replication.ReplicationSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Two nodes and the link between them. */
public final class Mirror implements AutoCloseable {
    /** Short deadlines and small zones, so that tests meet them. */
    public static final ReplicationSettings SETTINGS = new ReplicationSettings(
            ReplicationSettings.Acknowledge.FLUSHED_ON_DISK,
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            2,
            64 * 1024,
            ReplicationSettings.PACKET_MAX,
            0,
            false);

    private final MemoryNode a;
    private final MemoryNode b;
    private MemoryLink.Pair link;

    /** Two new nodes. */
    public Mirror(int trees, ReplicationSettings settings) throws IOException {
        a = new MemoryNode("a", trees, settings);
        b = new MemoryNode("b", trees, settings);
    }

    /** The settings of the tests with other deadlines. */
    public static ReplicationSettings withTimeouts(Duration lock, Duration send, Duration reintegration) {
        return new ReplicationSettings(
                SETTINGS.acknowledge(),
                lock,
                send,
                reintegration,
                SETTINGS.reintegrationThreads(),
                SETTINGS.zoneBytes(),
                SETTINGS.packetBytes(),
                0,
                false);
    }

    /** The settings of the tests with another moment of acknowledgement. */
    public static ReplicationSettings acknowledging(ReplicationSettings.Acknowledge acknowledge) {
        return new ReplicationSettings(
                acknowledge,
                SETTINGS.lockTimeout(),
                SETTINGS.sendTimeout(),
                SETTINGS.reintegrationTimeout(),
                SETTINGS.reintegrationThreads(),
                SETTINGS.zoneBytes(),
                SETTINGS.packetBytes(),
                0,
                false);
    }

    /** The first node. */
    public MemoryNode a() {
        return a;
    }

    /** The second node. */
    public MemoryNode b() {
        return b;
    }

    /** The other one. */
    public MemoryNode other(MemoryNode node) {
        return node == a ? b : a;
    }

    /** Connects and begins a reintegration. */
    public void beginJoin(MemoryNode source, MemoryNode target, boolean copyAll) {
        source.forgetTold();
        target.forgetTold();
        link = MemoryLink.connect(
                "link", source.engine().linkHandler(), target.engine().linkHandler());
        source.engine().serve(link.left());
        target.engine().join(link.right(), copyAll);
    }

    /** Connects and waits until the pair is complete. */
    public void join(MemoryNode source, MemoryNode target) throws InterruptedException {
        beginJoin(source, target, false);
        awaitPair(source, target);
    }

    /** Waits until the pair is complete; a failure is the failure of the test. */
    public void awaitPair(MemoryNode source, MemoryNode target) throws InterruptedException {
        String end = source.awaitTold(text -> text.startsWith("ended") || text.startsWith("failed-reintegration"));
        if (!end.startsWith("ended")) {
            throw new AssertionError("the reintegration " + end + "; the target: " + target.told());
        }
        target.awaitTold(text -> text.startsWith("ended"));
    }

    /** The pair breaks: the secondary gives up being up to date and waits, the primary goes on alone. */
    public void part(MemoryNode primary, MemoryNode secondary) throws InterruptedException {
        cut();
        primary.awaitTold(text -> text.startsWith("lost"));
        secondary.awaitTold(text -> text.startsWith("lost"));
        MemoryNode.await(secondary.engine().outdated());
        MemoryNode.await(secondary.engine().waiting());
        MemoryNode.await(primary.engine().alone(false));
    }

    /** P2: both nodes show the same. */
    public void expectEqual(MemoryNode primary) {
        List<String> one = primary.image();
        List<String> two = other(primary).image();
        if (!one.equals(two)) {
            List<String> onlyOne = new ArrayList<>(one);
            onlyOne.removeAll(two);
            List<String> onlyTwo = new ArrayList<>(two);
            onlyTwo.removeAll(one);
            throw new AssertionError(
                    "P2: the copies differ\nprimary only " + few(onlyOne) + "\nsecondary only " + few(onlyTwo));
        }
    }

    private static String few(List<String> lines) {
        return lines.size() + " lines:\n  " + String.join("\n  ", lines.subList(0, Math.min(6, lines.size())));
    }

    /** No fault strikes any more when this returns. */
    void clearFaults() {
        a.faults().clear();
        b.faults().clear();
    }

    /** Whoever is to be told of failed flushes has been. */
    void tellErrors() {
        a.tellErrors();
        b.tellErrors();
    }

    /** The network breaks. */
    public void cut() {
        if (link != null) {
            link.cut();
        }
    }

    /** The link. */
    public MemoryLink.Pair link() {
        return link;
    }

    @Override
    public void close() {
        a.engine().close();
        b.engine().close();
    }
}
