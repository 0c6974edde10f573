package dev.lockstep.replication.kit;

import dev.lockstep.api.fs.FileSystemFailure;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Faults by name of operation: it takes long, or after so many more calls it fails, or its host crashes. Thread-safe. */
public final class Faults {
    private static final int NO_ERROR = 0;

    private final Map<String, Fault> faults = new HashMap<>();
    private final Map<String, Integer> seen = new HashMap<>();
    private final Map<String, Runnable> slow = new HashMap<>();
    private int striking;

    private record Fault(int after, int errno, BooleanSupplier strikes) {}

    /** The call after {@code after} more fails with {@code errno}. */
    public synchronized void fail(String operation, int after, int errno) {
        faults.put(operation, new Fault(after, errno, () -> true));
    }

    /** At the call after {@code after} more the host crashes: {@code crash} runs, and the call fails if that says it did. */
    public synchronized void crash(String operation, int after, BooleanSupplier crash) {
        faults.put(operation, new Fault(after, FileSystemFailure.EIO, crash));
    }

    /** Before the call after {@code after} more something else happens; the call itself goes on. */
    public synchronized void meanwhile(String operation, int after, Runnable deed) {
        faults.put(operation, new Fault(after, NO_ERROR, () -> {
            deed.run();
            return false;
        }));
    }

    /** From now on an operation that takes its time takes as long as {@code disk} does, faults cleared or not. */
    public synchronized void slow(String operation, Runnable disk) {
        slow.put(operation, disk);
    }

    /** Called by what takes its time, without locks. */
    public void takeTime(String operation) {
        Runnable disk;
        synchronized (this) {
            disk = slow.get(operation);
        }
        if (disk != null) {
            disk.run();
        }
    }

    /** No fault any more, when this returns: one that strikes just now has done what it does. Not to be called by a fault. */
    public synchronized void clear() {
        faults.clear();
        boolean interrupted = false;
        while (striking > 0) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Operations seen so far and how often. */
    public synchronized Map<String, Integer> seen() {
        return new HashMap<>(seen);
    }

    /** Called by what can fail. @return the error number to fail with */
    public Optional<Integer> hit(String operation) {
        Fault fault;
        synchronized (this) {
            seen.merge(operation, 1, Integer::sum);
            fault = faults.get(operation);
            if (fault == null) {
                return Optional.empty();
            }
            if (fault.after() > 0) {
                faults.put(operation, new Fault(fault.after() - 1, fault.errno(), fault.strikes()));
                return Optional.empty();
            }
            faults.remove(operation);
            striking++;
        }
        try {
            return fault.strikes().getAsBoolean() ? Optional.of(fault.errno()) : Optional.empty();
        } finally {
            synchronized (this) {
                striking--;
                notifyAll();
            }
        }
    }
}
