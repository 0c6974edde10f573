package dev.lockstep.node.heartbeat;

import dev.lockstep.api.link.HeartbeatTransport;
import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.core.mirror.Claim;
import dev.lockstep.core.mirror.DiskHealth;
import dev.lockstep.core.mirror.PeerReport;
import dev.lockstep.core.mirror.PeerReport.FormerRole;
import dev.lockstep.core.mirror.PeerReport.Verdict;
import dev.lockstep.core.mirror.ReplicaIdentity;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The payload of a heartbeat: a report, and resources the peer may use in its rules. All numbers big endian.
 *
 * <pre>
 * magic 4 | version 1 | state 1 | readiness 1 | flags 2 | incarnation 8 | sequence 8 | identity ... | optional parts by flag ...
 * string: length 1, UTF-8 bytes
 * </pre>
 *
 * Everything is bounded, and what is not exactly of this form is refused as a whole. A version this node does not know is
 * refused too: nodes of different releases report so instead of guessing.
 */
public final class ReportCodec {
    private static final int MAGIC = 0x4C4B5352;
    private static final byte VERSION = 2;
    private static final int LONGEST_STRING = 120;
    private static final int MOST_RESOURCES = 16;

    /** The place of a word in these lists is its number on the wire: append only. */
    private static final List<ModuleState> STATES = List.of(
            ModuleState.STOP,
            ModuleState.WAIT,
            ModuleState.ALONE,
            ModuleState.PRIM,
            ModuleState.SECOND,
            ModuleState.UP);

    private static final List<Readiness> READINESSES =
            List.of(Readiness.NOT_READY, Readiness.TRANSIENT, Readiness.READY);
    private static final List<FormerRole> FORMER_ROLES =
            List.of(FormerRole.SECONDARY, FormerRole.NONE, FormerRole.PRIMARY);

    private static final List<DiskHealth> HEALTHS =
            List.of(DiskHealth.GOOD, DiskHealth.REFUSED, DiskHealth.ERRORS, DiskHealth.HANGS);

    private static final int FAILOVER = 1;
    private static final int LINKED = 1 << 1;
    private static final int SWAP_WITHOUT_SYNC = 1 << 2;
    private static final int HAS_CLAIM = 1 << 3;
    private static final int HAS_ACCEPTED = 1 << 4;
    private static final int HAS_HANDOVER = 1 << 5;
    private static final int HAS_VERDICT = 1 << 6;
    private static final int ALL_FLAGS = (1 << 7) - 1;

    private ReportCodec() {}

    /**
     * What travels.
     *
     * @param resources at most 16 of the sender's resources, name to value
     */
    public record Payload(PeerReport report, Map<String, String> resources) {
        /** Copies the resources. */
        public Payload {
            resources = Map.copyOf(resources);
        }
    }

    /** A payload that is not of the form it must have; the message says what is wrong with it. */
    public static final class MalformedReport extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedReport(String message) {
            super(message);
        }
    }

    /** The bytes of a payload, at most {@link HeartbeatTransport#MAX_PAYLOAD}; what does not fit of the resources is left out. */
    public static byte[] encode(Payload payload) {
        PeerReport report = payload.report();
        ByteBuffer out = ByteBuffer.allocate(HeartbeatTransport.MAX_PAYLOAD);
        out.putInt(MAGIC).put(VERSION);
        out.put((byte) STATES.indexOf(report.state())).put((byte) READINESSES.indexOf(report.readiness()));
        out.putShort((short) flags(report));
        out.putLong(report.incarnation()).putLong(report.sequence());
        putString(out, report.node());
        putIdentity(out, report.identity());
        report.claim().ifPresent(claim -> putClaim(out, claim));
        report.accepted().ifPresent(claim -> putClaim(out, claim));
        report.handover().ifPresent(out::putLong);
        out.putLong(report.swapRequest());
        putString(out, report.swapOrigin());
        out.put((byte) FORMER_ROLES.indexOf(report.wasPrimary())).putLong(report.ticksInRole());
        report.verdict().ifPresent(verdict -> {
            putString(out, verdict.loser());
            out.putLong(verdict.loserGeneration());
        });
        out.put((byte) HEALTHS.indexOf(report.disk()));
        putString(out, report.signature());
        putResources(out, payload.resources());
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }

    /**
     * Reads a payload.
     *
     * @throws MalformedReport if it is not exactly of the form above
     */
    public static Payload decode(byte[] bytes) throws MalformedReport {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            require(in.getInt() == MAGIC, "it is no report");
            byte version = in.get();
            require(version == VERSION, "its version is " + version + ", this node knows " + VERSION);
            ModuleState state = constant(STATES, in.get());
            Readiness readiness = constant(READINESSES, in.get());
            int flags = in.getShort() & 0xFFFF;
            require((flags & ~ALL_FLAGS) == 0, "unknown flags");
            long incarnation = in.getLong();
            long sequence = in.getLong();
            String node = getString(in);
            ReplicaIdentity identity = getIdentity(in);
            Optional<Claim> claim = has(flags, HAS_CLAIM) ? Optional.of(getClaim(in)) : Optional.empty();
            Optional<Claim> accepted = has(flags, HAS_ACCEPTED) ? Optional.of(getClaim(in)) : Optional.empty();
            Optional<Long> handover = has(flags, HAS_HANDOVER) ? Optional.of(in.getLong()) : Optional.empty();
            long swapRequest = in.getLong();
            String swapOrigin = getString(in);
            FormerRole wasPrimary = constant(FORMER_ROLES, in.get());
            long ticksInRole = in.getLong();
            Optional<Verdict> verdict =
                    has(flags, HAS_VERDICT) ? Optional.of(new Verdict(getString(in), in.getLong())) : Optional.empty();
            DiskHealth disk = constant(HEALTHS, in.get());
            String signature = getString(in);
            Map<String, String> resources = getResources(in);
            require(!in.hasRemaining(), "bytes are left over");
            PeerReport report = new PeerReport(
                    node,
                    incarnation,
                    sequence,
                    state,
                    readiness,
                    identity,
                    has(flags, FAILOVER),
                    claim,
                    accepted,
                    handover,
                    swapRequest,
                    swapOrigin,
                    has(flags, SWAP_WITHOUT_SYNC),
                    has(flags, LINKED),
                    wasPrimary,
                    ticksInRole,
                    verdict,
                    disk,
                    signature);
            return new Payload(report, resources);
        } catch (BufferUnderflowException cut) {
            throw new MalformedReport("it is cut short at " + bytes.length + " bytes");
        }
    }

    private static int flags(PeerReport report) {
        return (report.failover() ? FAILOVER : 0)
                | (report.linked() ? LINKED : 0)
                | (report.swapWithoutSync() ? SWAP_WITHOUT_SYNC : 0)
                | (report.claim().isPresent() ? HAS_CLAIM : 0)
                | (report.accepted().isPresent() ? HAS_ACCEPTED : 0)
                | (report.handover().isPresent() ? HAS_HANDOVER : 0)
                | (report.verdict().isPresent() ? HAS_VERDICT : 0);
    }

    private static void putIdentity(ByteBuffer out, ReplicaIdentity identity) {
        List<Long> history = identity.history();
        out.putLong(identity.generation()).putLong(identity.base()).put((byte) history.size());
        history.forEach(out::putLong);
        out.put((byte) ((identity.upToDate() ? 1 : 0)
                | (identity.inconsistent() ? 2 : 0)
                | (identity.neverSynchronized() ? 4 : 0)
                | (identity.inPair() ? 8 : 0)
                | (identity.lastPrimary() ? 16 : 0)));
    }

    private static ReplicaIdentity getIdentity(ByteBuffer in) throws MalformedReport {
        long generation = in.getLong();
        long base = in.getLong();
        int count = in.get();
        require(count >= 0 && count <= ReplicaIdentity.HISTORY_MAX, "a history of " + count);
        List<Long> history = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            history.add(in.getLong());
        }
        int bits = in.get();
        require(bits >= 0 && bits < 32, "unknown facts about a copy");
        return new ReplicaIdentity(
                generation, base, history, has(bits, 1), has(bits, 2), has(bits, 4), has(bits, 8), has(bits, 16));
    }

    private static void putClaim(ByteBuffer out, Claim claim) {
        putString(out, claim.node());
        out.putLong(claim.incarnation())
                .putLong(claim.serial())
                .putLong(claim.generation())
                .putInt(claim.rank());
    }

    private static Claim getClaim(ByteBuffer in) throws MalformedReport {
        return new Claim(getString(in), in.getLong(), in.getLong(), in.getLong(), in.getInt());
    }

    private static void putResources(ByteBuffer out, Map<String, String> resources) {
        int countAt = out.position();
        out.put((byte) 0);
        byte count = 0;
        for (Map.Entry<String, String> resource : new TreeMap<>(resources).entrySet()) {
            if (count == MOST_RESOURCES || out.remaining() < 2 * (LONGEST_STRING + 1)) {
                break;
            }
            putString(out, resource.getKey());
            putString(out, resource.getValue());
            count++;
        }
        out.put(countAt, count);
    }

    private static Map<String, String> getResources(ByteBuffer in) throws MalformedReport {
        int count = in.get();
        require(count >= 0 && count <= MOST_RESOURCES, count + " resources");
        Map<String, String> resources = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            resources.put(getString(in), getString(in));
        }
        return resources;
    }

    private static void putString(ByteBuffer out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, LONGEST_STRING);
        out.put((byte) length).put(bytes, 0, length);
    }

    private static String getString(ByteBuffer in) throws MalformedReport {
        int length = in.get();
        require(length >= 0 && length <= LONGEST_STRING, "a string of " + length);
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static <T> T constant(List<T> words, byte number) throws MalformedReport {
        require(number >= 0 && number < words.size(), "an unknown word " + number);
        return words.get(number);
    }

    private static boolean has(int bits, int flag) {
        return (bits & flag) != 0;
    }

    private static void require(boolean holds, String otherwise) throws MalformedReport {
        if (!holds) {
            throw new MalformedReport(otherwise);
        }
    }
}
