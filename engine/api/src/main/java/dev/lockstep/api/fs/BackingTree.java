package dev.lockstep.api.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The replicated tree below the interception, by stable id. The replication engine works on it: it applies the peer's
 * mutations on a secondary, reads what a reintegration sends on a primary, and reshapes the tree of a joining node. Objects
 * the filter leaves out are never seen here.
 *
 * <p>Thread-safe, except that mutations of one object are applied by one thread at a time. Unless said otherwise an object that
 * does not exist gives ENOENT.
 */
public interface BackingTree {
    /** Applies a mutation of the peer, as root, with exactly the ids, times and owners it carries. */
    void apply(Mutation mutation) throws FileSystemFailure;

    /** Puts everything written so far to this tree's file system on disk (syncfs). */
    void syncAll() throws FileSystemFailure;

    /** Whether this object exists. */
    boolean contains(long id);

    /** Attributes, extended attributes and flags of an object. */
    ObjectState state(long id) throws FileSystemFailure;

    /** The replicated entries of a directory, in no particular order. */
    List<DirectoryEntry> entries(long directory) throws FileSystemFailure;

    /**
     * Reads data of a file into {@code target}'s remaining space.
     *
     * @return bytes read; fewer than asked only at the end of the file
     */
    int read(long id, long offset, ByteBuffer target) throws FileSystemFailure;

    /**
     * Reads as {@link #read} does, but what memory alone holds is let go before, unless it is still to be written: after a write
     * that the disk refused the system goes on showing what the disk does not have (the errors section of fsync(2)). What somebody else
     * holds in memory at that moment may stay.
     */
    int readStored(long id, long offset, ByteBuffer target) throws FileSystemFailure;

    /**
     * Reads a small file whole, then its state.
     *
     * @return empty if the file does not fit into {@code target}'s remaining space, or has holes, or space that is reserved; then nothing
     *     was put there
     */
    default Optional<ObjectState> readWhole(long id, ByteBuffer target) throws FileSystemFailure {
        int start = target.position();
        int length = read(id, 0, target);
        ObjectState state = state(id);
        boolean whole = state.attributes().size() == length
                && nextHole(id, 0) >= length
                && reserved(id).isEmpty();
        if (!whole) {
            target.position(start);
        }
        return whole ? Optional.of(state) : Optional.empty();
    }

    /**
     * Where data next begins at or after {@code offset} (SEEK_DATA).
     *
     * @return its offset, or -1 when only a hole follows
     */
    long nextData(long id, long offset) throws FileSystemFailure;

    /** Where the next hole begins at or after {@code offset} (SEEK_HOLE); the size when there is none before the end. */
    long nextHole(long id, long offset) throws FileSystemFailure;

    /**
     * Space of a file that is reserved (fallocate(2)) and holds no data, also behind the end, ascending. Empty where the file system
     * cannot tell; at most {@link #RESERVED_MAX} ranges.
     */
    List<ByteRange> reserved(long id) throws FileSystemFailure;

    /** Most ranges {@link #reserved} tells of one file. */
    int RESERVED_MAX = 65_536;

    /**
     * Makes the reserved space of a file exactly this, after it was cut to {@code size} if it is longer. What cannot be reserved
     * because the file system does not do that is left.
     */
    void reserve(long id, long size, List<ByteRange> wanted) throws FileSystemFailure;

    /** Where the root lies on this node, for messages only. */
    String location();

    /** Path of an object relative to the root, for messages only; {@code #id} when unknown. */
    String describe(long id);

    /** Makes attributes (size included), extended attributes and flags of an existing object exactly equal to {@code state}. */
    void setState(ObjectState state) throws FileSystemFailure;

    /**
     * Reintegration, target side, before anything of an object is changed: takes from it what the owner, mode and access control
     * list of {@code wanted} do not grant. Afterwards nobody can do more with it than both before and under {@code wanted};
     * {@link #setState} follows.
     */
    void tighten(ObjectState wanted) throws FileSystemFailure;

    /** Reintegration, target side, before the content of a file is changed: nobody but root reads it until {@link #setState}. */
    void seal(long id) throws FileSystemFailure;

    /**
     * Reintegration, target side, first step for a directory: every replicated entry that {@code wanted} does not list with the
     * same name and id is moved into limbo, a hidden place of the same file system.
     */
    void park(long directory, List<DirectoryEntry> wanted) throws FileSystemFailure;

    /**
     * Reintegration, target side, second step: every wanted entry that is missing is made: objects known by id (in limbo or under
     * another name) get the name, others are created empty.
     *
     * @return the ids created empty here, whose state and content are still to come
     */
    List<Long> adopt(long directory, List<DirectoryEntry> wanted) throws FileSystemFailure;

    /**
     * Reintegration, target side, for a directory that has just been made: does what {@link #adopt} does, and those that are created here and
     * come with their state get it, and their content, at once. Nobody but root reads the content before.
     *
     * @return the ids created here, those that are complete as well
     */
    default List<Long> make(long directory, List<WholeObject> wanted) throws FileSystemFailure {
        List<Long> created =
                adopt(directory, wanted.stream().map(WholeObject::entry).toList());
        Set<Long> fresh = new HashSet<>(created);
        for (WholeObject one : wanted) {
            long id = one.entry().id();
            if (one.state().isPresent() && fresh.remove(id)) {
                if (one.content().hasRemaining()) {
                    apply(new Mutation.Write(0, id, 0, one.content().duplicate(), false, false));
                }
                setState(one.state().get());
            }
        }
        return created;
    }

    /** Removes what is left in limbo; the end of a reintegration. */
    void clearLimbo() throws FileSystemFailure;

    /**
     * Moves every replicated entry of the root aside, into a hidden attic directory named after {@code label}, so that an
     * unrelated tree can take the place and nothing is lost.
     *
     * @return how many entries were moved; 0 when the tree was empty
     */
    int moveToAttic(String label) throws FileSystemFailure;

    /** Visits every replicated object once, root and cradle ({@link StableId#CRADLE}) first, parents before children. */
    void walk(Visitor visitor) throws IOException;

    /** Receives the objects of a walk. */
    @FunctionalInterface
    interface Visitor {
        /** One object. */
        void visit(long id, ObjectKind kind) throws IOException;
    }

    /** Bytes free for more data, for messages and pre-checks. */
    long freeBytes() throws FileSystemFailure;

    /**
     * Objects that changed while nobody guarded the directory (engine not running and no guard mounted), found when the tree was
     * opened by comparing change times with the last checkpoint; {@link Unguarded#UNKNOWN} when that cannot be told.
     */
    Unguarded changedUnguarded();

    /**
     * What happened while the directory was not guarded.
     *
     * @param replaced another directory lies at the path than the one applications were last offered: a file system that is
     *     not mounted, a new disk, a restored backup. What was known about the copy says nothing about this one
     * @param unknown nothing is known: treat every object as changed
     * @param ids the objects that changed
     */
    record Unguarded(boolean replaced, boolean unknown, List<Long> ids) {
        /** Treat every object as changed. */
        public static final Unguarded UNKNOWN = new Unguarded(false, true, List.of());
        /** The directory was guarded all the time. */
        public static final Unguarded NOTHING = new Unguarded(false, false, List.of());
        /** This is another directory. */
        public static final Unguarded REPLACED = new Unguarded(true, true, List.of());
    }
}
