package dev.lockstep.replication.reintegration;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** Hashes of blocks of file data, by which the two nodes find out what differs without sending it. */
final class Blocks {
    /** Unit of comparison in bytes: what a difference of one byte costs. */
    static final int SIZE = 128 * 1024;

    /** Bytes of one hash. */
    static final int HASH = 32;

    private Blocks() {}

    /** Hashes of the blocks of {@code data}'s remaining bytes, which begin at a block; the last one may be short. */
    static byte[] hash(ByteBuffer data) {
        MessageDigest digest = digest();
        int blocks = count(data.remaining());
        byte[] hashes = new byte[blocks * HASH];
        ByteBuffer rest = data.duplicate();
        for (int i = 0; i < blocks; i++) {
            int length = Math.min(SIZE, rest.remaining());
            digest.update(rest.slice(rest.position(), length));
            rest.position(rest.position() + length);
            System.arraycopy(digest.digest(), 0, hashes, i * HASH, HASH);
        }
        return hashes;
    }

    /** Blocks that hold so many bytes. */
    static int count(int bytes) {
        return (bytes + SIZE - 1) / SIZE;
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
