package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.FlushForecast;

/** What is known of a file as long as somebody has it open. The fields are guarded by the order lock of the object. */
final class OpenInode {
    final long id;
    /** Guarded by {@link OpenFiles}. */
    int opens;
    /** Written since its modification time was last told to the peer. */
    boolean modified;
    /** Known to have nothing that a write by an unprivileged user would take from it. */
    boolean unprivileged;

    private final FlushForecast forecast = new FlushForecast();
    private long changes;
    private OpenFile writer;
    private OpenFile flushed;

    OpenInode(long id) {
        this.id = id;
    }

    /** How often content or attributes may have changed. */
    long changes() {
        return changes;
    }

    /** A write is about to be tried: no flush that has begun covers it. {@link #written} may follow. */
    void writing() {
        changes++;
    }

    /** Anything else is about to change the content or attributes. */
    void changing() {
        changes++;
        forecast.disturbed();
    }

    /** Written through an opening. @return whether a data flush of that opening is expected next */
    boolean written(OpenFile by) {
        writer = by;
        return forecast.written();
    }

    /** A flush of one of the openings is anticipated. */
    void flushing(OpenFile opening) {
        flushed = opening;
    }

    /** Whether an anticipated flush of one of the openings runs. */
    boolean isFlushing() {
        return flushed != null && flushed.anticipated().isRunning();
    }

    /** A flush was asked for. Only who has written and then flushes the data is in a rhythm. */
    void flushed(OpenFile by, boolean dataOnly) {
        if (dataOnly && by.equals(writer)) {
            forecast.flushed();
        } else {
            forecast.disturbed();
        }
    }
}
