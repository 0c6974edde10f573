package dev.lockstep.replication.reintegration;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * How a round is done.
 *
 * @param strict no write is going on: everything must fit
 * @param children also compare the attributes of everything in a changed directory
 * @param zoneBytes unit of the marks
 * @param threads parallel readers
 * @param name of the threads
 * @param redo where to put what has to be looked at again
 * @param detail told about each file copied
 * @param tooLong whether the round must be given up
 */
record RoundOptions(
        boolean strict,
        boolean children,
        long zoneBytes,
        int threads,
        String name,
        Redo redo,
        Consumer<String> detail,
        BooleanSupplier tooLong) {

    /** Marks an object for the next round. */
    @FunctionalInterface
    interface Redo {
        void again(int tree, long id);
    }

    void checkTime() throws RoundTooLong {
        if (tooLong.getAsBoolean()) {
            throw new RoundTooLong();
        }
    }
}
