package dev.lockstep.replication.engine;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.replication.ReplicationFailure;
import dev.lockstep.replication.track.DirtyMap;
import dev.lockstep.replication.track.Marking;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** The replicated directories of the module. Written by one command at a time; what is attached may be read by any thread. */
final class Trees {
    private final BackingTree[] trees;
    private final Copy copy;
    private volatile List<BackingTree> attached = List.of();

    Trees(int count, Copy copy) {
        trees = new BackingTree[count];
        this.copy = copy;
    }

    /** All of them once the last was attached, none before. */
    List<BackingTree> attached() {
        return attached;
    }

    /** @throws ReplicationFailure if not all are attached */
    void need() throws ReplicationFailure {
        if (attached.isEmpty()) {
            throw new ReplicationFailure("the replicated directories are not open");
        }
    }

    /** What is known of this node's copy holds no longer if nobody knows what happened to a directory. */
    void examine(BackingTree backing, Teller teller) throws IOException {
        BackingTree.Unguarded changed = backing.changedUnguarded();
        if (changed.replaced() && copy.known()) {
            teller.trouble("Another directory lies where replicated directory " + backing.location()
                    + " was: is its file system mounted? What was known about this copy does not hold for it:"
                    + " it counts as never reintegrated. With the right directory in place it is made equal by"
                    + " joining the other node; 'prim' says that this node has the good data all the same.");
            copy.blank();
        } else if (changed.unknown() && copy.map().tracks()) {
            teller.notice("It is not known what changed in replicated directory " + backing.location()
                    + " while nothing guarded it: the next reintegration is a full copy.");
            copy.forget();
        }
    }

    /** Takes a directory; what changed in it while nothing guarded it is marked durably when this returns. */
    void attach(int tree, BackingTree backing) throws IOException, InterruptedException {
        trees[tree] = backing;
        DirtyMap map = copy.map();
        Marking marking = map.inPair();
        long position = 0;
        for (long id : backing.changedUnguarded().ids()) {
            position = Math.max(position, map.coverAll(marking, tree, id));
        }
        try {
            map.await(marking, position);
        } catch (IOException e) {
            copy.giveUpLog(e);
        }
        if (Arrays.stream(trees).allMatch(one -> one != null)) {
            attached = List.of(trees);
        }
    }
}
