package dev.lockstep.node.heartbeat;

import dev.lockstep.core.mirror.PeerReport;
import dev.lockstep.node.StartRefused;
import dev.lockstep.node.heartbeat.ReportCodec.MalformedReport;
import dev.lockstep.node.heartbeat.ReportCodec.Payload;
import dev.lockstep.node.heartbeat.SilenceWatch.Change;
import dev.lockstep.node.heartbeat.SilenceWatch.Hearing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What one module knows of its peer by listening: which heartbeats are up, what the peer reports, and when it is silent. Also
 * sends what this node reports. All methods on the module's mailbox thread; what happened is given back as a list.
 */
public final class PeerWatch implements AutoCloseable {
    /** Name of the replication link among the voices; no heartbeat can have it, because of the blank. */
    private static final String LINK = "replication link";

    /** A gap in our own life of so many pulses starts every window anew. */
    private static final int STALL_PULSES = 3;

    private final String peerNode;
    private final Opener opener;
    private final Map<String, Long> windows = new LinkedHashMap<>();
    private final long stallMillis;
    private final Set<String> sourcesOfNonsense = new HashSet<>();
    private SilenceWatch silence;
    private Heartbeats heartbeats;
    private long lastIncarnation = -1;
    private long lastSequence = -1;
    private boolean silenceTold;
    private boolean linkUp;
    private long malformed;
    private int peerPort;

    /** Opens the heartbeats. */
    @FunctionalInterface
    public interface Opener {
        /** All or none.
         * @throws StartRefused if a local address is missing or a port is taken */
        Heartbeats open() throws StartRefused;
    }

    /** Something that was noticed. */
    public sealed interface Notice {
        /** A heartbeat came up or fell silent. */
        record Heartbeat(String ident, boolean up) implements Notice {}

        /** The peer said something new. */
        record Reported(Payload payload, boolean newLife) implements Notice {}

        /** Nothing was heard of the peer for the whole timeout, on no heartbeat and not on the replication link. */
        record Silent() implements Notice {}

        /** Nothing arrived on the replication link for the whole timeout, though it was up. */
        record LinkSilent() implements Notice {}

        /** Something an operator should know. */
        record Remark(String text) implements Notice {}
    }

    /**
     * A watch that has not opened its heartbeats yet.
     *
     * @param timeouts the window of each heartbeat by ident
     * @param pulse pulse of the module
     */
    public PeerWatch(String peerNode, Map<String, Duration> timeouts, Duration pulse, Opener opener) {
        this.peerNode = peerNode;
        this.opener = opener;
        timeouts.forEach((ident, timeout) -> windows.put(ident, timeout.toMillis()));
        windows.put(
                LINK, windows.values().stream().mapToLong(Long::longValue).max().orElseThrow());
        this.stallMillis = STALL_PULSES * pulse.toMillis();
        this.silence = new SilenceWatch(windows, stallMillis);
    }

    /** Opens the heartbeats unless they are open.
     * @throws StartRefused if it cannot be done now; it can be tried again */
    public void open() throws StartRefused {
        if (heartbeats == null) {
            heartbeats = opener.open();
            if (peerPort > 0) {
                heartbeats.redirect(peerPort);
            }
        }
    }

    /** The peer listens on another port from now on. */
    public void redirect(int port) {
        peerPort = port;
        if (heartbeats != null) {
            heartbeats.redirect(port);
        }
    }

    /** Whether the peer is heard on no heartbeat now. */
    public boolean isPeerSilent() {
        return windows.keySet().stream().noneMatch(voice -> silence.hearing(voice) == Hearing.UP);
    }

    /** Packets refused since the heartbeats were opened, and payloads refused after the transport took them for authentic. */
    public long refused() {
        long packets = heartbeats == null
                ? 0
                : heartbeats.refusedPackets().values().stream()
                        .mapToLong(Long::longValue)
                        .sum();
        return packets + malformed;
    }

    /** Whether the heartbeats are open. */
    public boolean isOpen() {
        return heartbeats != null;
    }

    /** A payload arrived on a heartbeat. */
    public List<Notice> received(String ident, byte[] payload) {
        Payload decoded;
        try {
            decoded = ReportCodec.decode(payload);
        } catch (MalformedReport nonsense) {
            malformed++;
            return once(
                    ident,
                    "A packet on the heartbeat " + ident + " is refused: " + nonsense.getMessage()
                            + ". If the other node runs another release, bring both to the same one.");
        }
        PeerReport report = decoded.report();
        if (!report.node().equals(peerNode)) {
            malformed++;
            return once(
                    ident,
                    "A packet on the heartbeat " + ident + " comes from the node " + report.node() + " and not from "
                            + peerNode + ": it is refused. Compare cluster.xml of the nodes.");
        }
        List<Notice> notices = told(silence.heard(ident));
        boolean newLife = report.incarnation() > lastIncarnation;
        if (newLife || (report.incarnation() == lastIncarnation && report.sequence() > lastSequence)) {
            boolean knownBefore = lastIncarnation >= 0;
            lastIncarnation = report.incarnation();
            lastSequence = report.sequence();
            silenceTold = false;
            notices.add(new Notice.Reported(decoded, newLife && knownBefore));
        }
        return notices;
    }

    /**
     * Lets time pass.
     *
     * @param linkHeard whether anything authentic arrived on the replication link meanwhile
     * @param payload what goes out on the heartbeats that are due; nothing does when it is empty
     */
    public List<Notice> lived(long millis, boolean linkHeard, Optional<Supplier<Payload>> payload) {
        if (heartbeats == null) {
            return List.of();
        }
        if (linkHeard) {
            linkUp = true;
            silence.heard(LINK);
        }
        List<Notice> notices = told(silence.lived(millis));
        if (!silenceTold && silence.allSilent()) {
            silenceTold = true;
            // Whatever the peer says next is news, also when it says the same again.
            lastSequence = -1;
            notices.add(new Notice.Silent());
        }
        payload.ifPresent(what -> heartbeats.lived(millis, () -> ReportCodec.encode(what.get())));
        return notices;
    }

    /** Sends a payload on every heartbeat now. */
    public void send(Payload payload) {
        if (heartbeats != null) {
            heartbeats.send(ReportCodec.encode(payload));
        }
    }

    /** Payloads refused here, after the transport took them for authentic. */
    public long malformed() {
        return malformed;
    }

    /** What is known of a heartbeat. */
    public Hearing hearing(String ident) {
        return silence.hearing(ident);
    }

    /** Whether {@code millis} without a tick count as a stall of our own. */
    public static boolean isStall(long millis, Duration pulse) {
        return millis >= STALL_PULSES * pulse.toMillis();
    }

    private List<Notice> once(String ident, String remark) {
        return sourcesOfNonsense.add(ident) ? List.of(new Notice.Remark(remark)) : List.of();
    }

    private List<Notice> told(List<Change> changes) {
        List<Notice> notices = new ArrayList<>();
        for (Change change : changes) {
            if (!change.voice().equals(LINK)) {
                notices.add(new Notice.Heartbeat(change.voice(), change.hearing() == Hearing.UP));
            } else if (change.hearing() == Hearing.DOWN && linkUp) {
                linkUp = false;
                notices.add(new Notice.LinkSilent());
            }
        }
        return notices;
    }

    /** Closes the heartbeats and forgets what was heard; they can be opened again. */
    @Override
    public void close() {
        if (heartbeats != null) {
            heartbeats.close();
            heartbeats = null;
        }
        silence = new SilenceWatch(windows, stallMillis);
        silenceTold = false;
        lastIncarnation = -1;
        lastSequence = -1;
    }
}
