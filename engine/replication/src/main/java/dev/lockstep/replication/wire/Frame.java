package dev.lockstep.replication.wire;

import java.nio.ByteBuffer;

/**
 * Types of frames and the header all share: one byte of protocol version, one byte of type, then a 32-bit number whose meaning is the
 * type's (request number, or flags of a mutation).
 */
public final class Frame {
    /** Version spoken here. */
    public static final byte VERSION = 3;

    /** Bytes of the common header. */
    public static final int HEADER = 6;

    /** Joining node: who I am. */
    public static final byte JOIN = 1;
    /** Joining node: what I have marked as changed, in pieces; the number is 1 in the last one. */
    public static final byte MARKS = 2;
    /** Source: how the copy will be done. */
    public static final byte PLAN = 3;
    /** Joining node: prepared for the plan. */
    public static final byte READY = 4;
    /** Either: the link is of no use, for this reason. */
    public static final byte BYE = 5;

    /** Requests of the source; each is answered by a frame with its number. */
    public static final byte PARK = 16;

    public static final byte ADOPT = 17;
    public static final byte STATE = 18;
    public static final byte DATA = 19;
    public static final byte HOLE = 20;
    public static final byte SIGN = 21;
    public static final byte SYNC = 22;
    public static final byte FINISH = 23;
    public static final byte TIGHTEN = 24;
    public static final byte RESERVE = 25;
    public static final byte MAKE = 26;

    /** Answers to requests. */
    public static final byte DONE = 32;

    public static final byte ABSENT = 33;
    public static final byte FAILED = 34;
    public static final byte CREATED = 35;
    public static final byte SIGNATURES = 36;

    /** Primary: one mutation. */
    public static final byte MUTATION = 48;
    /** Secondary: every mutation up to a position is applied. */
    public static final byte APPLIED = 49;
    /** Secondary: what the mutation at a position asked for is on disk. */
    public static final byte DURABLE = 50;
    /** Secondary: the mutation at a position named an object that has no name here; nothing was changed. */
    public static final byte MISSING = 51;
    /** Secondary: the mutation at a position could not be applied, or not be put on disk; nothing after it will be applied. */
    public static final byte REJECTED = 52;

    private Frame() {}

    /** Writes the header. */
    public static void header(ByteBuffer out, byte type, int number) {
        out.put(VERSION).put(type).putInt(number);
    }
}
