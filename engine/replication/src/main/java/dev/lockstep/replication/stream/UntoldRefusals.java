package dev.lockstep.replication.stream;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.replication.track.LongSet;
import java.util.ArrayList;
import java.util.List;

/**
 * That the disk did not take what was to be on it, of which no application knows yet. Linux tells it once to each who has the file open (the
 * errors section of fsync(2)), and shows the next flush good although the data are in memory only: an application that came here later
 * would be promised what is not on disk. So the first flush of each object that was there fails. Thread-safe.
 */
final class UntoldRefusals {
    /** By tree, objects of which it was told, or need not be. Guarded by this. */
    private final List<LongSet> told = new ArrayList<>();

    /** The answer to a change that nobody but this node has: 0, or why it is not what was asked for. */
    int tell(Mutation mutation) {
        return switch (mutation) {
            case Mutation.Flush flush when first(flush.tree(), flush.id()) -> FileSystemFailure.EIO;
            case Mutation.Create made -> {
                // Of this one nothing was refused.
                first(made.tree(), made.id());
                yield 0;
            }
            default -> 0;
        };
    }

    private synchronized boolean first(int tree, long id) {
        while (told.size() <= tree) {
            told.add(new LongSet());
        }
        return told.get(tree).add(id);
    }
}
