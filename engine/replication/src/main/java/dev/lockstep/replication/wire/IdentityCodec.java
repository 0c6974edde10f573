package dev.lockstep.replication.wire;

import dev.lockstep.core.mirror.ReplicaIdentity;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A replica's identity as bytes, on the wire and in the durable record. */
public final class IdentityCodec {
    private static final int FIXED = 8 + 8 + 1 + 4;
    private static final int UP_TO_DATE = 1;
    private static final int INCONSISTENT = 2;
    private static final int NEVER_SYNCHRONIZED = 4;
    private static final int IN_PAIR = 8;
    private static final int LAST_PRIMARY = 16;
    private static final int FLAGS = 31;

    private IdentityCodec() {}

    /** Bytes {@link #put} writes. */
    public static int sizeOf(ReplicaIdentity identity) {
        return FIXED + 8 * identity.history().size();
    }

    /** Writes an identity. */
    public static void put(ByteBuffer out, ReplicaIdentity identity) {
        int flags = (identity.upToDate() ? UP_TO_DATE : 0)
                | (identity.inconsistent() ? INCONSISTENT : 0)
                | (identity.neverSynchronized() ? NEVER_SYNCHRONIZED : 0)
                | (identity.inPair() ? IN_PAIR : 0)
                | (identity.lastPrimary() ? LAST_PRIMARY : 0);
        out.putLong(identity.generation()).putLong(identity.base()).put((byte) flags);
        out.putInt(identity.history().size());
        identity.history().forEach(out::putLong);
    }

    /** Reads an identity. */
    public static ReplicaIdentity read(FrameReader in) throws MalformedFrame {
        long generation = in.positive("a generation");
        long base = in.positive("a base");
        int flags = in.u8();
        int count = in.count(8);
        if ((flags & ~FLAGS) != 0 || count > ReplicaIdentity.HISTORY_MAX) {
            throw new MalformedFrame("an identity has unknown flags or too long a history");
        }
        List<Long> history = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            history.add(in.positive("a generation"));
        }
        return new ReplicaIdentity(
                generation,
                base,
                history,
                (flags & UP_TO_DATE) != 0,
                (flags & INCONSISTENT) != 0,
                (flags & NEVER_SYNCHRONIZED) != 0,
                (flags & IN_PAIR) != 0,
                (flags & LAST_PRIMARY) != 0);
    }
}
