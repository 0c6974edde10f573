package dev.lockstep.replication.stream;

import dev.lockstep.api.fs.FlushForecast;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.StableId;

/**
 * The objects whose data the primary had flushed most recently, {@value #OBJECTS_MAX} at most: when their next flush is expected, and
 * which flush has been begun for that reason. Asked for every mutation: looking an object up allocates nothing. Not thread-safe.
 */
final class RecentFlushes {
    static final int OBJECTS_MAX = 64;

    // the latest first; the ids beside the objects, so that one that is not here is found missing in few cache lines
    private final long[] ids = new long[OBJECTS_MAX];
    private final Recent[] objects = new Recent[OBJECTS_MAX];
    private int size;

    /** One of these objects. */
    static final class Recent {
        private final int tree;
        private final FlushForecast forecast = new FlushForecast();
        private AnticipatedFlush latest;
        private boolean covered;

        private Recent(int tree) {
            this.tree = tree;
        }

        /** A mutation of it is about to be applied, which no flush covers that has been begun. */
        void changing(boolean rhythmical) {
            covered = false;
            if (!rhythmical) {
                forecast.disturbed();
            }
        }

        /** It was written. @return the flush of its data to begin now, or null */
        AnticipatedFlush written() {
            boolean begin = forecast.written() && (latest == null || !latest.isRunning());
            if (!begin) {
                return null;
            }
            covered = true;
            latest = new AnticipatedFlush();
            return latest;
        }
    }

    /** What is known of the object whose content or attributes a mutation changes; null if it is none of these. */
    Recent find(Mutation mutation) {
        int at = indexOf(mutation.tree(), Objects.of(mutation));
        return at < 0 ? null : objects[at];
    }

    /**
     * The primary asks for a flush that is to be on disk when it is answered.
     *
     * @return the flush that covers it: begun after the last change of the object; null if there is none
     */
    AnticipatedFlush asked(Mutation.Flush flush) {
        if (flush.dataOnly()) {
            Recent recent = first(flush.tree(), flush.id());
            recent.forecast.flushed();
            return recent.covered ? recent.latest : null;
        }
        Recent recent = find(flush);
        if (recent != null) {
            recent.forecast.disturbed();
        }
        return null;
    }

    /** Puts an object in front; the one flushed longest ago makes room. */
    private Recent first(int tree, long id) {
        int at = indexOf(tree, id);
        Recent recent;
        if (at >= 0) {
            recent = objects[at];
        } else {
            recent = new Recent(tree);
            size = Math.min(size + 1, OBJECTS_MAX);
            at = size - 1;
        }
        System.arraycopy(ids, 0, ids, 1, at);
        System.arraycopy(objects, 0, objects, 1, at);
        ids[0] = id;
        objects[0] = recent;
        return recent;
    }

    private int indexOf(int tree, long id) {
        if (id != StableId.NONE) {
            for (int at = 0; at < size; at++) {
                if (ids[at] == id && objects[at].tree == tree) {
                    return at;
                }
            }
        }
        return -1;
    }
}
