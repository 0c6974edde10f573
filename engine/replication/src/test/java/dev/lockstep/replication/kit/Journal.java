package dev.lockstep.replication.kit;

import dev.lockstep.api.fs.FileSystemFailure;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;

/**
 * How the steps of a {@link MemoryTree} are undone that its disk does not have yet. A power failure takes back the latest of them,
 * some or all. The tree guards it.
 */
final class Journal {
    private final Deque<Runnable> undo = new ArrayDeque<>();
    private Deque<Runnable> group;
    private long settled;

    /** How something is undone. */
    void push(Runnable step) {
        (group == null ? undo : group).push(step);
    }

    /** A step of a file system: after a crash it is there as a whole, or not. */
    interface Step {
        void run() throws FileSystemFailure;
    }

    /** Takes a step; all that is pushed meanwhile is undone at once. */
    void atomically(Step step) throws FileSystemFailure {
        Deque<Runnable> steps = new ArrayDeque<>();
        group = steps;
        try {
            step.run();
        } finally {
            group = null;
            undo.push(() -> steps.forEach(Runnable::run));
        }
    }

    /** How many steps were taken so far. */
    long moment() {
        return settled + undo.size();
    }

    /** The disk has what was taken up to a moment. */
    void settle(long moment) {
        for (; settled < moment && !undo.isEmpty(); settled++) {
            undo.removeLast();
        }
    }

    /** The disk has everything. */
    void settle() {
        settle(moment());
    }

    /** Power off. */
    void crash(Random random) {
        int kept = random.nextInt(3) == 0 ? 0 : random.nextInt(undo.size() + 1);
        while (undo.size() > kept) {
            undo.pop().run();
        }
    }

    /** Goes on with what another one has. */
    void take(Journal other) {
        undo.addAll(other.undo);
        settled = other.settled;
    }
}
