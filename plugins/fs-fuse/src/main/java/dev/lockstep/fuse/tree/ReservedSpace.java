package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.ByteRange;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.fuse.sys.AttributeCalls;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.Status;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Space of files that is reserved and holds no data. Applications see it as holes; it is told from them by the extents the file
 * system calls unwritten (FS_IOC_FIEMAP). SEEK_HOLE does not tell them: zeros that were read from there are data for it.
 */
final class ReservedSpace {
    private static final String OPERATION = "RESERVED";
    /** {@code _IOWR('f', 11, struct fiemap)}. */
    private static final int FIEMAP = 0xC020660B;

    private static final int HEAD = 32;
    private static final int EXTENT = 56;
    private static final int EXTENTS = 512;
    private static final ThreadLocal<MemorySegment> MAP =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(HEAD + (long) EXTENT * EXTENTS, 8));
    private static final int LAST = 1;
    private static final int UNWRITTEN = 0x800;
    private static final int WRITE_FIRST = 1;
    private static final long START_AT = 0;
    private static final long LENGTH_AT = 8;
    private static final long FLAGS_AT = 16;
    private static final long COUNT_AT = 20;
    private static final long CAPACITY_AT = 24;
    private static final long EXTENT_LENGTH_AT = 16;
    private static final long EXTENT_FLAGS_AT = 40;
    private static final int SEEK_DATA = 3;
    private static final int SEEK_HOLE = 4;
    private static final int KEEP_SIZE = 1;
    private static final int PUNCH = 2;

    private final CoveredTree tree;
    private final FileCalls files;
    private final AttributeCalls attributes;

    ReservedSpace(CoveredTree tree) {
        this.tree = tree;
        files = tree.calls().files();
        attributes = tree.calls().attributes();
    }

    /** What the file system calls unwritten. Data that wait in memory to be written may be among it: reserving keeps them. */
    List<ByteRange> read(long id) throws FileSystemFailure {
        try (Descriptor file = tree.readable(id)) {
            return unwritten(Failures.descriptor(OPERATION, file), 0);
        }
    }

    /** Whether an open file has any; the status is its own. */
    boolean isReserved(int descriptor, Status status) throws FileSystemFailure {
        return status.blocks() > 0 && !extents(descriptor, 0).isEmpty();
    }

    void write(long id, long size, List<ByteRange> wanted) throws FileSystemFailure {
        try (Descriptor file = tree.data(id)) {
            int descriptor = Failures.descriptor(OPERATION, file);
            long present = status(descriptor).size();
            if (present > size) {
                Failures.check(OPERATION, files.truncate(OPERATION, descriptor, size));
            }
            if (!without(unwritten(descriptor, 0), wanted).isEmpty()) {
                giveBack(descriptor, wanted, Math.min(size, present));
            }
            for (ByteRange range : wanted) {
                int result = files.fallocate(OPERATION, descriptor, KEEP_SIZE, range.offset(), range.length());
                if (result == -Errno.EOPNOTSUPP) {
                    return;
                }
                Failures.check(OPERATION, result);
            }
        }
    }

    /**
     * Gives back what is not wanted. What waits in memory is written first: what is called unwritten after that holds nothing.
     * Behind the block of the end nothing can be punched; there cutting the file to its size gives all back.
     */
    private void giveBack(int descriptor, List<ByteRange> wanted, long size) throws FileSystemFailure {
        for (ByteRange range : without(unwritten(descriptor, WRITE_FIRST), wanted)) {
            if (range.end() > size) {
                Failures.check(OPERATION, files.truncate(OPERATION, descriptor, size));
            }
            if (range.offset() < size) {
                punch(descriptor, range.offset(), range.end());
            }
        }
    }

    /** Only what holds no data by SEEK_DATA as well, for which zeros that were read and are in memory would count. */
    private void punch(int descriptor, long from, long to) throws FileSystemFailure {
        Failures.check(OPERATION, files.dontNeed(OPERATION, descriptor, from, to - from));
        long at = from;
        while (at < to) {
            long data = files.seek(OPERATION, descriptor, at, SEEK_DATA);
            if (data != -Errno.ENXIO) {
                Failures.check(OPERATION, data);
            }
            long end = data < 0 ? to : Math.min(to, data);
            if (at < end) {
                int mode = KEEP_SIZE | PUNCH;
                Failures.check(OPERATION, files.fallocate(OPERATION, descriptor, mode, at, end - at));
            }
            at = end < to ? Failures.check(OPERATION, files.seek(OPERATION, descriptor, end, SEEK_HOLE)) : to;
        }
    }

    private Status status(int descriptor) throws FileSystemFailure {
        Status status = new Status();
        Failures.check(OPERATION, attributes.status(OPERATION, descriptor, status));
        return status;
    }

    private List<ByteRange> unwritten(int descriptor, int how) throws FileSystemFailure {
        return status(descriptor).blocks() == 0 ? new ArrayList<>() : extents(descriptor, how);
    }

    private List<ByteRange> extents(int descriptor, int how) throws FileSystemFailure {
        List<ByteRange> found = new ArrayList<>();
        MemorySegment map = MAP.get();
        long from = 0;
        boolean more = true;
        while (more) {
            map.asSlice(0, HEAD).fill((byte) 0);
            map.set(ValueLayout.JAVA_LONG, START_AT, from);
            map.set(ValueLayout.JAVA_LONG, LENGTH_AT, Long.MAX_VALUE - from);
            map.set(ValueLayout.JAVA_INT, FLAGS_AT, how);
            map.set(ValueLayout.JAVA_INT, CAPACITY_AT, EXTENTS);
            int result = files.ioctl(OPERATION, descriptor, FIEMAP, map);
            if (InodeFlags.isUnknown(result)) {
                return List.of();
            }
            Failures.check(OPERATION, result);
            int count = map.get(ValueLayout.JAVA_INT, COUNT_AT);
            more = count > 0;
            for (int i = 0; i < count; i++) {
                MemorySegment extent = map.asSlice(HEAD + (long) EXTENT * i, EXTENT);
                long start = extent.get(ValueLayout.JAVA_LONG, 0);
                from = start + extent.get(ValueLayout.JAVA_LONG, EXTENT_LENGTH_AT);
                int flags = extent.get(ValueLayout.JAVA_INT, EXTENT_FLAGS_AT);
                if ((flags & UNWRITTEN) != 0) {
                    add(start, from, found);
                }
                more &= (flags & LAST) == 0;
            }
            if (found.size() > BackingTree.RESERVED_MAX) {
                return found.subList(0, BackingTree.RESERVED_MAX);
            }
        }
        return found;
    }

    /** What is in the ones and not in the others, both ascending. */
    private static List<ByteRange> without(List<ByteRange> ones, List<ByteRange> others) {
        List<ByteRange> rest = new ArrayList<>();
        int first = 0;
        for (ByteRange one : ones) {
            long at = one.offset();
            while (first < others.size() && others.get(first).end() <= at) {
                first++;
            }
            for (int i = first; i < others.size() && others.get(i).offset() < one.end(); i++) {
                add(at, others.get(i).offset(), rest);
                at = Math.max(at, others.get(i).end());
            }
            add(at, one.end(), rest);
        }
        return rest;
    }

    private static void add(long from, long to, List<ByteRange> found) {
        if (from >= to) {
            return;
        }
        if (!found.isEmpty() && found.getLast().end() == from) {
            ByteRange last = found.removeLast();
            found.add(new ByteRange(last.offset(), to - last.offset()));
        } else {
            found.add(new ByteRange(from, to - from));
        }
    }
}
