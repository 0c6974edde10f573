package dev.lockstep.api.fs;

/**
 * Stable ids: positive 63-bit numbers that name one object (file, directory, link, device ...) of one replicated tree on
 * both nodes for its whole life, whatever its names. Plain {@code long}s, because they are on the path of every write.
 */
public final class StableId {
    /** The root directory of a tree. */
    public static final long ROOT = 1;

    /**
     * The cradle: a directory of every tree, outside the root and seen by no application, that holds the files that were made without a
     * name (O_TMPFILE) and have none yet, each named after its id. Otherwise it is a directory like any other: such a file is made in
     * it, renamed out of it when it gets its name, and removed from it when nobody can name it any more.
     */
    public static final long CRADLE = 2;

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

    /** Whether {@code id} can name an object other than the root and the cradle. */
    public static boolean isOrdinary(long id) {
        return id > CRADLE;
    }
}
