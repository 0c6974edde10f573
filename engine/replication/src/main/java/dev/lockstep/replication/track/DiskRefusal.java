package dev.lockstep.replication.track;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.replication.state.StateIo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Whether the disk of this node has refused data. From then on memory may show what the disk does not have, and the system may call
 * the next flush good (the errors section of fsync(2)): no mark tells what is missing, and no peer that is made equal mends it. It
 * is over when this node has been compared with its peer, and is remembered until then, also when the engine is started anew.
 *
 * <p>Thread-safe.
 */
public final class DiskRefusal {
    private static final String NAME = "disk-refused";

    private final StateIo io;
    private final Consumer<String> notices;
    private final AtomicBoolean refused;

    /**
     * Reads what is remembered.
     *
     * @param notices told what an operator should know
     */
    public DiskRefusal(StateIo io, Consumer<String> notices) throws IOException {
        this.io = io;
        this.notices = notices;
        refused = new AtomicBoolean(io.read("load-disk-refusal", NAME).isPresent());
    }

    /** Whether this node's disk may lack what memory shows. */
    public boolean stands() {
        return refused.get();
    }

    /**
     * Data were refused. On disk, as far as that takes it, when the first call returns.
     *
     * @param what a phrase for the operator
     */
    public void refused(String what) {
        if (!refused.compareAndSet(false, true)) {
            return;
        }
        notices.accept("The disk of this node refused data (" + what
                + "). What it lacks is not known, until this node has been"
                + " synchronized from the other one. Check the disk, and swap as soon as the other node is secondary.");
        try {
            io.replace("store-disk-refusal", NAME, what.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            notices.accept("That could not be recorded (" + e.getMessage() + ") and is forgotten when the engine ends:"
                    + " run 'second fullsync' on this node then.");
        }
    }

    /** Puts everything written to these trees on disk. @return why not; it is remembered */
    public Optional<FileSystemFailure> sync(List<BackingTree> trees) {
        Optional<FileSystemFailure> first = Optional.empty();
        for (BackingTree tree : trees) {
            try {
                tree.syncAll();
            } catch (FileSystemFailure e) {
                refused("synchronization of the file system of " + tree.location() + ", errno " + e.errno());
                first = first.isPresent() ? first : Optional.of(e);
            }
        }
        return first;
    }

    /** This node's copy has been compared with the peer's. To be called when that is on record. */
    public void compared() throws IOException {
        if (refused.get()) {
            io.delete("drop-disk-refusal", List.of(NAME));
            refused.set(false);
        }
    }
}
