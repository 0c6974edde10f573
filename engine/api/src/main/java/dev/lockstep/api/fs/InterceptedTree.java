package dev.lockstep.api.fs;

import java.io.IOException;
import java.util.List;

/** A directory under interception. Methods are called by one thread at a time. */
public interface InterceptedTree {
    /** The tree below the interception. Usable from {@code open} to {@link #guard} or {@link #withdraw}; thread-safe. */
    BackingTree backing();

    /**
     * Offers the directory in a new way. Processes that hold files of an earlier exposure get errors from then on; they can
     * not write any more when this returns. From {@link Exposure#READ_ONLY} to {@link Exposure#READ_WRITE} they may keep them, and
     * read what is written from then on: nothing is applied to {@link #backing} any more then, and the gate admits changes.
     */
    void expose(Exposure exposure) throws IOException;

    /**
     * Ends the present exposure at once: whoever waits in it gets an error, and nobody can change anything through it any more. Waits
     * for no operation, which may hang as its disk does. May be called beside any other method.
     */
    void abort() throws IOException;

    /**
     * Writes something of its own to the file system below and puts it on the disk. Takes as long as the disk does, for ever if that
     * hangs. Called by one thread at a time, beside any other method.
     *
     * @throws IOException if the disk answers with an error; that it is full is none
     */
    void probe() throws IOException;

    /** Ends the present exposure, if any: processes that hold its files get errors, the directory is not offered to anybody. */
    void conceal() throws IOException;

    /** Processes that hold the covered directory from before the mount. */
    List<Opener> openers() throws IOException;

    /** Clean end of the engine: checkpoints, ends the exposure and leaves a read-only guard over the directory. */
    void guard() throws IOException;

    /** The directory is given back as an ordinary one: nothing stays mounted, the engine's labels are removed lazily or stay. */
    void withdraw() throws IOException;
}
