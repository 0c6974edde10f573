package dev.lockstep.api.link;

import java.security.MessageDigest;
import java.util.List;

/**
 * The secret all nodes of a cluster share; 32 bytes. Nothing from the network is acted on before it is authenticated with it.
 * Does not show itself in {@code toString}.
 */
public final class ClusterKey implements ClusterKeys {
    /** Length of the key in bytes. */
    public static final int LENGTH = 32;

    /** Different bytes a key has at least: of random ones fewer than one in 10^40 has not. */
    private static final int DIFFERENT_MIN = 8;

    private final byte[] secret;

    /** Takes a copy.
     * @throws IllegalArgumentException unless it is {@link #LENGTH} bytes long and looks as if it were random: zeros, a repeated byte
     *     or a short pattern are no secret */
    public ClusterKey(byte[] secret) {
        if (secret.length != LENGTH) {
            throw new IllegalArgumentException("a cluster key has " + LENGTH + " bytes, not " + secret.length);
        }
        if (different(secret) < DIFFERENT_MIN) {
            throw new IllegalArgumentException("a cluster key is random, and this one is zeros or a short pattern");
        }
        this.secret = secret.clone();
    }

    private static int different(byte[] bytes) {
        boolean[] seen = new boolean[1 << Byte.SIZE];
        int different = 0;
        for (byte one : bytes) {
            different += seen[Byte.toUnsignedInt(one)] ? 0 : 1;
            seen[Byte.toUnsignedInt(one)] = true;
        }
        return different;
    }

    /** A copy of the secret. */
    public byte[] secret() {
        return secret.clone();
    }

    @Override
    public List<ClusterKey> accepted() {
        return List.of(this);
    }

    @Override
    public ClusterKey toward(String node) {
        return this;
    }

    @Override
    public void shown(String node, ClusterKey key) {
        // There is no choice to be made.
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClusterKey that && MessageDigest.isEqual(secret, that.secret);
    }

    @Override
    public int hashCode() {
        // Not of the secret: hash codes find their way into logs and heap dumps, and sets of keys have two elements.
        return LENGTH;
    }

    @Override
    public String toString() {
        return "ClusterKey[...]";
    }
}
