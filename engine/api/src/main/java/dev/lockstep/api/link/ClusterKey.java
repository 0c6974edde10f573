package dev.lockstep.api.link;

/**
 * The secret all nodes of a cluster share; 32 bytes. Nothing from the network is acted on before it is authenticated with it.
 * Does not show itself in {@code toString}.
 */
public final class ClusterKey {
    /** Length of the key in bytes. */
    public static final int LENGTH = 32;

    private final byte[] secret;

    /** Takes a copy.
     * @throws IllegalArgumentException unless it is {@link #LENGTH} bytes long */
    public ClusterKey(byte[] secret) {
        if (secret.length != LENGTH) {
            throw new IllegalArgumentException("a cluster key has " + LENGTH + " bytes, not " + secret.length);
        }
        this.secret = secret.clone();
    }

    /** A copy of the secret. */
    public byte[] secret() {
        return secret.clone();
    }

    @Override
    public String toString() {
        return "ClusterKey[...]";
    }
}
