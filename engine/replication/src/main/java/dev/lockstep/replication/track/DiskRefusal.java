package dev.lockstep.replication.track;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.words.Trouble;
import dev.lockstep.replication.state.StateIo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Whether the disk of this node has refused data. From then on memory may show what the disk does not have, and the system may call
 * the next flush good (the errors section of fsync(2)): no mark tells what is missing, and no peer that is made equal mends it. It
 * is over when this node has been compared with its peer, and is remembered until then, also when the engine is started anew.
 *
 * <p>Thread-safe.
 */
public final class DiskRefusal {
    private static final String NAME = "disk-refused.slot";

    /** Where earlier releases kept it: the file is there, or not. */
    private static final String FORMER = "disk-refused";

    /** The file is this long from the beginning: what a full disk refused can be noted all the same. Zeros are no note. */
    private static final int SLOT_BYTES = 4096;

    private static final String ADVICE =
            "Check the disk. A primary hands its role over as soon as the other node is secondary, a"
                    + " secondary is reintegrated by itself. Until then reintegrations may compare everything.";

    private final StateIo io;
    private final Consumer<String> troubles;
    private final AtomicBoolean stands;
    private final AtomicLong count = new AtomicLong();
    private final Object syncing = new Object();
    private volatile boolean recorded;

    /**
     * Reads what is remembered.
     *
     * @param troubles told what an operator should know
     */
    public DiskRefusal(StateIo io, Consumer<String> troubles) throws IOException {
        this.io = io;
        this.troubles = troubles;
        Optional<byte[]> known = load();
        stands = new AtomicBoolean(known.isPresent());
        recorded = known.isPresent();
        known.ifPresent(what ->
                troubles.accept("The disk of this node has refused data (" + new String(what, StandardCharsets.UTF_8)
                        + "), and this node has not been reintegrated from the other one since. " + ADVICE));
    }

    private Optional<byte[]> load() throws IOException {
        Optional<byte[]> former = io.read("load-disk-refusal", FORMER);
        Optional<byte[]> slot = io.read("load-disk-refusal", NAME);
        if (slot.isEmpty()) {
            reserve();
        }
        return former.isPresent() ? former : slot.map(DiskRefusal::text).filter(what -> what.length > 0);
    }

    private void reserve() {
        try {
            io.replace("reserve-disk-refusal", NAME, new byte[SLOT_BYTES]);
        } catch (IOException e) {
            troubles.accept("There is no room to remember that a disk refuses data: " + Trouble.of(e));
        }
    }

    /** Up to the first zero. */
    private static byte[] text(byte[] slot) {
        int length = 0;
        while (length < slot.length && slot[length] != 0) {
            length++;
        }
        return Arrays.copyOf(slot, length);
    }

    private void write(String operation, byte[] what) throws IOException {
        byte[] slot = Arrays.copyOf(what, SLOT_BYTES);
        try (StateIo.Appender file = io.open(operation, NAME)) {
            file.write(operation, 0, ByteBuffer.wrap(slot));
            file.force(operation);
        } catch (NoSuchFileException notReserved) {
            io.replace(operation, NAME, slot);
        }
    }

    /** Whether this node's disk may lack what memory shows. */
    public boolean stands() {
        return stands.get();
    }

    /** How often data were refused in the life of this engine: whoever compares troubles what is refused meanwhile. */
    public long count() {
        return count.get();
    }

    /**
     * Data were refused. On disk, as far as that takes it, when the first call returns.
     *
     * @param what a phrase for the operator
     */
    public void refused(String what) {
        count.incrementAndGet();
        boolean first = stands.compareAndSet(false, true);
        if (first) {
            troubles.accept("The disk of this node refused data (" + what + "). What it lacks is not known. " + ADVICE);
        }
        if (first || !recorded) {
            remember(what, first);
        }
    }

    private void remember(String what, boolean tell) {
        try {
            write("store-disk-refusal", what.getBytes(StandardCharsets.UTF_8));
            recorded = true;
        } catch (IOException e) {
            if (tell) {
                troubles.accept("That the disk refused data could not be recorded (" + Trouble.of(e)
                        + "): it is forgotten when the engine ends. Run 'second fullsync' on this node once the other node"
                        + " has been reintegrated from it and is primary.");
            }
        }
    }

    /** Puts everything written to these trees on disk. @return why not; it is remembered */
    public Optional<FileSystemFailure> sync(List<BackingTree> trees) {
        // one at a time: the system tells an error of a file system to one of two who ask at once
        synchronized (syncing) {
            Optional<FileSystemFailure> first = Optional.empty();
            for (BackingTree tree : trees) {
                try {
                    tree.syncAll();
                } catch (FileSystemFailure e) {
                    refused("syncfs of " + tree.location() + ", errno " + e.errno());
                    first = first.isPresent() ? first : Optional.of(e);
                }
            }
            return first;
        }
    }

    /**
     * This node's copy has been compared with the peer's. To be called when that is on record.
     *
     * @param before the {@link #count} before the comparison began; if there were more since, it is not over
     */
    public void compared(long before) throws IOException {
        if (stands.get() && count.get() == before) {
            write("drop-disk-refusal", new byte[0]);
            io.delete("drop-disk-refusal", List.of(FORMER));
            recorded = false;
            stands.set(false);
        }
    }
}
