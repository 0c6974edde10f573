package dev.lockstep.api.fs;

/**
 * Foresees the data flushes (fdatasync) of one object. Databases and logs write in a rhythm: the same small number of writes, then
 * a flush, again and again. Once the last {@value #INTERVALS} flushes each came after the same number of writes, the next one is
 * expected right after that many writes. One interval that is different, and the rhythm has to be learned again: so a wrong
 * forecast costs at most one flush nobody asked for in {@value #INTERVALS} that somebody did.
 *
 * <p>Counts, and nothing else: no clock, no allocation. Both nodes see the same operations on an object and so expect the same. Not
 * thread-safe: told of the operations on its object one after the other, in their order.
 */
public final class FlushForecast {
    /** Intervals that must have been alike. */
    public static final int INTERVALS = 8;

    /** More writes than this between two flushes are no rhythm. */
    public static final int WRITES_MAX = 8;

    private int writes;
    private int rhythm;
    private int alike;

    /**
     * The object was written.
     *
     * @return whether a data flush is expected before anything else happens to the object
     */
    public boolean written() {
        writes = Math.min(writes + 1, WRITES_MAX + 1);
        if (writes > rhythm) {
            alike = 0;
        }
        return alike == INTERVALS && writes == rhythm;
    }

    /** A data flush was asked for. */
    public void flushed() {
        if (writes == 0 || writes > WRITES_MAX) {
            disturbed();
            return;
        }
        alike = writes == rhythm ? Math.min(alike + 1, INTERVALS) : 1;
        rhythm = writes;
        writes = 0;
    }

    /** Something happened that belongs to no rhythm. */
    public void disturbed() {
        writes = 0;
        rhythm = 0;
        alike = 0;
    }
}
