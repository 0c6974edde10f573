package dev.lockstep.replication.session;

import dev.lockstep.api.link.ReplicationLink;
import dev.lockstep.core.mirror.ReplicaIdentity;
import dev.lockstep.replication.wire.Frame;
import dev.lockstep.replication.wire.FrameReader;
import dev.lockstep.replication.wire.IdentityCodec;
import dev.lockstep.replication.wire.MalformedFrame;
import dev.lockstep.replication.wire.ObjectCodec;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/** The frames of the introduction, before and after requests flow. */
public final class Notes {
    private static final int COPY_ALL = 1;
    private static final int SUSPECT = 2;
    private static final int FULL = 1;
    private static final int SET_ASIDE = 2;
    private static final int DISCARDS = 4;

    private Notes() {}

    /**
     * The joining node introduces itself.
     *
     * @param identity its copy
     * @param copyAll an operator wants everything compared
     * @param suspect its marks come from a pair that crashed
     * @param trees how many directories it replicates
     * @param zoneBytes unit of its marks
     */
    public record Join(ReplicaIdentity identity, boolean copyAll, boolean suspect, int trees, long zoneBytes) {}

    /**
     * The source says how the copy will be done.
     *
     * @param full everything is compared
     * @param setAside what the target holds is moved out of the way
     * @param discards what the target changed by itself is given up
     * @param why a sentence for the log
     */
    public record Plan(boolean full, boolean setAside, boolean discards, String why) {}

    /** Sends the introduction. */
    public static void join(ReplicationLink link, Join join) {
        send(link, Frame.JOIN, 0, IdentityCodec.sizeOf(join.identity()) + 1 + 4 + 8, out -> {
            IdentityCodec.put(out, join.identity());
            out.put((byte) ((join.copyAll() ? COPY_ALL : 0) | (join.suspect() ? SUSPECT : 0)));
            out.putInt(join.trees()).putLong(join.zoneBytes());
        });
    }

    /** Reads the introduction. */
    public static Join readJoin(FrameReader in) throws MalformedFrame {
        ReplicaIdentity identity = IdentityCodec.read(in);
        int flags = in.u8();
        Join join = new Join(
                identity, (flags & COPY_ALL) != 0, (flags & SUSPECT) != 0, in.i32(), in.positive("a zone size"));
        in.end();
        if (join.trees() < 1 || join.zoneBytes() == 0) {
            throw new MalformedFrame("a node without trees or zones joins");
        }
        return join;
    }

    /** Sends the plan. */
    public static void plan(ReplicationLink link, Plan plan) {
        byte[] why = ObjectCodec.text(plan.why());
        send(link, Frame.PLAN, 0, 1 + 2 + why.length, out -> {
            out.put((byte)
                    ((plan.full() ? FULL : 0) | (plan.setAside() ? SET_ASIDE : 0) | (plan.discards() ? DISCARDS : 0)));
            ObjectCodec.putText(out, why);
        });
    }

    /** Reads the plan. */
    public static Plan readPlan(FrameReader in) throws MalformedFrame {
        int flags = in.u8();
        Plan plan = new Plan((flags & FULL) != 0, (flags & SET_ASIDE) != 0, (flags & DISCARDS) != 0, in.text());
        in.end();
        return plan;
    }

    /** The target is prepared; tells which trees are empty. */
    public static void ready(ReplicationLink link, boolean[] empty) {
        send(link, Frame.READY, 0, 2 + empty.length, out -> {
            out.putShort((short) empty.length);
            for (boolean one : empty) {
                out.put((byte) (one ? 1 : 0));
            }
        });
    }

    /** Reads which trees of the target are empty. */
    public static boolean[] readReady(FrameReader in, int trees) throws MalformedFrame {
        if (in.u16() != trees) {
            throw new MalformedFrame("the two nodes do not replicate the same number of directories");
        }
        boolean[] empty = new boolean[trees];
        for (int i = 0; i < trees; i++) {
            empty[i] = in.u8() != 0;
        }
        in.end();
        return empty;
    }

    /** Says why the link is closed, then closes it. */
    public static void bye(ReplicationLink link, String reason) {
        byte[] text = ObjectCodec.text(reason);
        try {
            if (link.isOpen()) {
                send(link, Frame.BYE, 0, 2 + text.length, out -> ObjectCodec.putText(out, text));
            }
        } finally {
            link.close(reason);
        }
    }

    /** Sends a frame. */
    public static void send(ReplicationLink link, byte type, int number, int size, Consumer<ByteBuffer> body) {
        ByteBuffer frame = link.allocate(Frame.HEADER + size);
        int start = frame.position();
        Frame.header(frame, type, number);
        body.accept(frame);
        link.send(frame.limit(frame.position()).position(start));
    }
}
