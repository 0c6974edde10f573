package dev.lockstep.api.fs;

/**
 * What an operation is about to touch, told to the gate before anything changes, so that what the peer will not have can be
 * marked durably first.
 */
public sealed interface Intent {
    /** Index of the tree within its module. */
    int tree();

    /**
     * Data of one file, and what changes with it: its size, times, and set-uid and set-gid bits. {@code length}
     * {@link Long#MAX_VALUE} minus offset means to the end; a length of 0 is about what follows from data marked before
     * (the time of the last write, told at close) and needs no mark when the file has one.
     */
    record Data(int tree, long id, long offset, long length) implements Intent {}

    /** Attributes, extended attributes or flags of one object. */
    record AttributesOf(int tree, long id) implements Intent {}

    /** Entries of one directory, and of a second one ({@link StableId#NONE} if only one). */
    record Entries(int tree, long directory, long otherDirectory) implements Intent {}

    /** Nothing changes; the operation only waits for durability on both nodes. */
    record Durability(int tree, long id) implements Intent {}
}
