package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.StableId;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/** New stable ids: random, never twice within one run, and without repetition in practice over all runs of both nodes. */
final class IdSource {
    private final AtomicLong next;
    private final long key;

    IdSource(SecureRandom random) {
        next = new AtomicLong(random.nextLong());
        key = random.nextLong();
    }

    /** A new id; with the mark of a node's own object if {@code local}. */
    long next(boolean local) {
        while (true) {
            long id = Hash.mix(next.incrementAndGet() ^ key) & (ObjectLabel.LOCAL - 1);
            if (StableId.isOrdinary(id)) {
                return local ? id | ObjectLabel.LOCAL : id;
            }
        }
    }
}
