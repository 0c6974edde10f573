package dev.lockstep.api.fs;

/**
 * Stable ids: positive 63-bit numbers that name one object (file, directory, link, device ...) of one replicated tree on
 * both nodes for its whole life, whatever its names. Plain {@code long}s, because they are on the path of every write.
 */
public final class StableId {
    /** The root directory of a tree. */
    public static final long ROOT = 1;

    /**
     * Set in the ids of objects of one node alone (not replicated). Such ids never occur in a {@link Mutation} or a
     * {@link BackingTree}; ids of replicated objects have at most 62 bits.
     */
    public static final long LOCAL_BIT = 1L << 62;

    /** No object. */
    public static final long NONE = 0;

    private StableId() {}

    /** Whether {@code id} names an object of one node alone. */
    public static boolean isLocal(long id) {
        return (id & LOCAL_BIT) != 0;
    }

    /** Whether {@code id} can name an object other than the root. */
    public static boolean isOrdinary(long id) {
        return id > ROOT;
    }
}
