package dev.lockstep.replication.session;

import dev.lockstep.replication.wire.Frame;
import dev.lockstep.replication.wire.FrameReader;
import dev.lockstep.replication.wire.MalformedFrame;

/** The peer's answer to a request. */
public sealed interface Answer {
    /** It was done. */
    record Done() implements Answer {}

    /** The object does not exist there. */
    record Absent() implements Answer {}

    /** It could not be done. */
    record Failed(int errno, String text) implements Answer {}

    /** It was done; these objects were made empty. */
    @SuppressWarnings("ArrayRecordComponent")
    record Created(long[] ids) implements Answer {}

    /** Hashes of the blocks asked for, one after the other. */
    @SuppressWarnings("ArrayRecordComponent")
    record Signatures(byte[] hashes) implements Answer {}

    /** Whether a frame is an answer. */
    static boolean is(byte type) {
        return type >= Frame.DONE && type <= Frame.SIGNATURES;
    }

    /** Reads an answer. */
    static Answer read(FrameReader in) throws MalformedFrame {
        Answer answer = switch (in.type()) {
            case Frame.DONE -> new Done();
            case Frame.ABSENT -> new Absent();
            case Frame.FAILED -> new Failed(in.i32(), in.text());
            case Frame.CREATED -> {
                long[] ids = new long[in.count(8)];
                for (int i = 0; i < ids.length; i++) {
                    ids[i] = in.id();
                }
                yield new Created(ids);
            }
            case Frame.SIGNATURES -> new Signatures(in.longBytes(in.remaining()));
            default -> throw new MalformedFrame("a frame of type " + in.type() + " is no answer");
        };
        in.end();
        return answer;
    }
}
