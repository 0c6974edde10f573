package dev.lockstep.replication.track;

import dev.lockstep.replication.wire.FrameReader;
import dev.lockstep.replication.wire.MalformedFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Marks as bytes, in pieces that fit a frame. */
public final class MarkFrames {
    /** Largest piece. */
    static final int PIECE_BYTES_MAX = 256 * 1024;

    private static final int RUN = 16;
    private static final int OBJECT = 2 + 1 + 8 + 4;
    private static final int RUNS_MAX = 1024;

    private MarkFrames() {}

    /** Cuts marks into pieces; at least one, which may be empty. */
    public static List<byte[]> encode(List<ObjectMarks> marks) {
        List<byte[]> pieces = new ArrayList<>();
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES_MAX);
        for (ObjectMarks one : marks) {
            List<long[]> runs = runs(one);
            int at = 0;
            do {
                int count = Math.min(RUNS_MAX, runs.size() - at);
                if (piece.remaining() < OBJECT + count * RUN) {
                    pieces.add(cut(piece));
                }
                piece.putShort((short) one.tree())
                        .put((byte) one.flags())
                        .putLong(one.id())
                        .putInt(count);
                for (int i = 0; i < count; i++) {
                    piece.putLong(runs.get(at + i)[0]).putLong(runs.get(at + i)[1]);
                }
                at += count;
            } while (at < runs.size());
        }
        pieces.add(cut(piece));
        return pieces;
    }

    /** Reads a piece, its zones translated from the sender's unit, into {@code into}. */
    public static void decode(FrameReader in, int trees, long unit, long ownUnit, MarkSet into) throws MalformedFrame {
        while (in.remaining() > 0) {
            int tree = in.tree(trees);
            int flags = in.u8();
            if ((flags & ~ObjectMarks.FLAGS) != 0) {
                throw new MalformedFrame("a mark has unknown flags " + flags);
            }
            ObjectMarks marks = new ObjectMarks(tree, in.id());
            marks.addFlags(flags);
            int count = in.count(RUN);
            for (int i = 0; i < count; i++) {
                long first = in.positive("a zone");
                long last = in.positive("a zone");
                if (last < first) {
                    throw new MalformedFrame("a mark ends before it begins");
                }
                LogRecovery.translate(marks, first, last, unit, ownUnit);
            }
            into.merge(marks);
        }
    }

    private static byte[] cut(ByteBuffer piece) {
        byte[] bytes = new byte[piece.position()];
        piece.flip().get(bytes);
        piece.clear();
        return bytes;
    }

    private static List<long[]> runs(ObjectMarks marks) {
        List<long[]> runs = new ArrayList<>();
        if (marks.has(ObjectMarks.ALL)) {
            return runs;
        }
        long zone = marks.nextMarked(0);
        while (zone != ObjectMarks.ENDLESS) {
            long end = marks.nextUnmarked(zone);
            if (end == ObjectMarks.ENDLESS) {
                runs.add(new long[] {zone, ObjectMarks.ENDLESS});
                break;
            }
            runs.add(new long[] {zone, end - 1});
            zone = marks.nextMarked(end);
        }
        return runs;
    }
}
