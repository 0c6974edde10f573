package dev.lockstep.api.fs;

import java.io.IOException;
import java.util.List;

/** A directory under interception. Methods are called by one thread at a time. */
public interface InterceptedTree {
    /** The tree below the interception. Usable from {@code open} to {@link #guard} or {@link #withdraw}; thread-safe. */
    BackingTree backing();

    /**
     * Offers the directory in a new way. Processes that hold files of an earlier exposure get errors from then on; they can
     * not write any more when this returns.
     */
    void expose(Exposure exposure) throws IOException;

    /** Ends the present exposure, if any: processes that hold its files get errors, the directory is not offered to anybody. */
    void conceal() throws IOException;

    /** Processes that hold the covered directory from before the mount. */
    List<Opener> openers() throws IOException;

    /** Clean end of the engine: checkpoints, ends the exposure and leaves a read-only guard over the directory. */
    void guard() throws IOException;

    /** The directory is given back as an ordinary one: nothing stays mounted, the engine's labels are removed lazily or stay. */
    void withdraw() throws IOException;
}
