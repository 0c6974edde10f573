package dev.lockstep.replication.kit;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.StableId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * An application that knows what it was promised: it appends numbered records to a file of its own and remembers which ones were
 * acknowledged, and up to which one an fsync was. One in rhythm does nothing else, and has the data of each record flushed.
 */
public final class Witness implements Runnable {
    private static final int RECORD = 32;
    private static final int RECORDS_MAX = 20_000;
    private static final int FLUSH_EVERY = 5;
    private static final int CHAOS_EVERY = 3;
    private static final long PAUSE_NANOS = 2_000_000;

    private final String name;
    private final boolean rhythm;
    private final Supplier<Application> where;
    private final java.util.Random random;
    private final BitSet acknowledged = new BitSet();
    private int flushed;
    /** No flush has failed yet: what comes after one that has promises nothing of what was before. */
    private boolean trusts = true;

    private int next;
    private volatile boolean end;
    private volatile long operations;
    private volatile RuntimeException defect;
    private volatile boolean idle;

    /** Works wherever {@code where} says, if anywhere. */
    public Witness(String name, boolean rhythm, Supplier<Application> where, long seed) {
        this.name = name;
        this.rhythm = rhythm;
        this.where = where;
        this.random = new java.util.Random(seed);
    }

    /** Whether it has noticed that there is nowhere to work. */
    public boolean idle() {
        return idle;
    }

    /** Operations tried. */
    public long operations() {
        return operations;
    }

    /** Asks it to end. */
    public void end() {
        end = true;
    }

    @Override
    public void run() {
        try {
            work();
        } catch (RuntimeException e) {
            defect = e;
        } finally {
            idle = true;
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    private void work() {
        while (!end) {
            Application app = where.get();
            idle = app == null;
            if (idle) {
                LockSupport.parkNanos(PAUSE_NANOS);
                continue;
            }
            operations = operations + 1;
            if (rhythm || random.nextInt(CHAOS_EVERY) == 0) {
                append(app);
            } else {
                finish(app, new Chaos(app, random).step());
            }
        }
    }

    private void append(Application app) {
        Optional<Long> file = app.tree(0).lookup(StableId.ROOT, bytes());
        if (file.isEmpty()) {
            finish(app, app.create(0, StableId.ROOT, name, Application.newId(), ObjectKind.FILE));
            return;
        }
        int record = next++ % RECORDS_MAX;
        byte[] data = record(record);
        boolean done = finish(app, app.write(0, file.get(), (long) record * RECORD, data, false));
        if (done) {
            synchronized (acknowledged) {
                acknowledged.set(record);
            }
        }
        if (!done || (!rhythm && record % FLUSH_EVERY != 0)) {
            return;
        }
        CompletableFuture<Integer> flush = rhythm ? app.flushData(0, file.get()) : app.flush(0, file.get());
        if (!finish(app, flush)) {
            trusts &= !flush.isDone() || flush.join() != FileSystemFailure.EIO;
        } else if (trusts) {
            synchronized (acknowledged) {
                flushed = record + 1;
            }
        }
    }

    /** Waits for the acknowledgement as long as the application may run there. */
    private boolean finish(Application app, CompletableFuture<Integer> operation) {
        while (!end || operation.isDone()) {
            try {
                return operation.get(5, TimeUnit.MILLISECONDS) == 0;
            } catch (TimeoutException e) {
                if (where.get() != app) {
                    return false;
                }
            } catch (InterruptedException | ExecutionException e) {
                throw new AssertionError(e);
            }
        }
        return false;
    }

    /** The only copy lost its power: what was not flushed may be gone. */
    public void lostPower() {
        synchronized (acknowledged) {
            acknowledged.clear(flushed, Math.max(flushed, acknowledged.length()));
        }
    }

    /** Everything promised must be in the tree. @return what is missing, empty if nothing */
    public String missing(MemoryTree tree) throws dev.lockstep.api.fs.FileSystemFailure {
        if (defect != null) {
            throw new AssertionError(name + " met a defect", defect);
        }
        BitSet promised;
        synchronized (acknowledged) {
            promised = (BitSet) acknowledged.clone();
        }
        Optional<Long> file = tree.lookup(StableId.ROOT, bytes());
        if (file.isEmpty()) {
            return promised.isEmpty() ? "" : name + " is missing with " + promised.cardinality() + " records";
        }
        for (int record = promised.nextSetBit(0); record >= 0; record = promised.nextSetBit(record + 1)) {
            ByteBuffer found = ByteBuffer.allocate(RECORD);
            tree.read(file.get(), (long) record * RECORD, found);
            if (!java.util.Arrays.equals(found.array(), record(record))) {
                return "record " + record + " of " + name + " was acknowledged and is missing";
            }
        }
        return "";
    }

    private byte[] bytes() {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    private byte[] record(int number) {
        byte[] data = new byte[RECORD];
        byte[] text = (name + "-" + number).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(text, 0, data, 0, text.length);
        return data;
    }
}
