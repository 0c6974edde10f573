package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Timestamp;
import dev.lockstep.fuse.sys.AttributeCalls;
import dev.lockstep.fuse.sys.Status;
import dev.lockstep.fuse.sys.TimeSetting;

/**
 * Gives files of this node the times they have on the peer. A file system takes a time it cannot keep for the nearest it can, without
 * an error; where the two nodes' file systems differ in that, the operator is told.
 */
final class FileTimes {
    /** What every file system keeps is within 32 bits of seconds. */
    private static final long EARLIEST = Integer.MIN_VALUE;

    private static final long LATEST = Integer.MAX_VALUE;

    private final CoveredTree tree;
    private final AttributeCalls attributes;

    FileTimes(CoveredTree tree) {
        this.tree = tree;
        attributes = tree.calls().attributes();
    }

    /** Sets times; one that is null stays as it is. */
    void set(String operation, int descriptor, Timestamp accessed, Timestamp modified) throws FileSystemFailure {
        TimeSetting access = accessed == null ? TimeSetting.OMIT : TimeSetting.to(accessed);
        TimeSetting modification = modified == null ? TimeSetting.OMIT : TimeSetting.to(modified);
        Failures.check(operation, attributes.changeTimes(operation, descriptor, access, modification));
        if (isUnusual(accessed) || isUnusual(modified)) {
            Status status = new Status();
            Failures.check(operation, attributes.status(operation, descriptor, status));
            boolean same = (accessed == null || accessed.equals(status.accessed()))
                    && (modified == null || modified.equals(status.modified()));
            if (!same) {
                tree.trouble("the file system of this node cannot keep a time that "
                        + tree.names().pathOf(descriptor)
                        + " has on the peer; use file systems of one kind on both nodes");
            }
        }
    }

    private static boolean isUnusual(Timestamp time) {
        return time != null && (time.seconds() < EARLIEST || time.seconds() > LATEST);
    }
}
