package dev.lockstep.replication.kit;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Faults by name of operation: it takes long, or after so many more calls it fails, or its host crashes. Thread-safe. */
public final class Faults {
    private final Map<String, Fault> faults = new HashMap<>();
    private final Map<String, Integer> seen = new HashMap<>();
    private final Map<String, Runnable> slow = new HashMap<>();

    private record Fault(int after, int errno, Runnable crash) {}

    /** The call after {@code after} more fails with {@code errno}. */
    public synchronized void fail(String operation, int after, int errno) {
        faults.put(operation, new Fault(after, errno, null));
    }

    /** At the call after {@code after} more the host crashes: {@code crash} runs, and the call fails. */
    public synchronized void crash(String operation, int after, Runnable crash) {
        faults.put(operation, new Fault(after, dev.lockstep.api.fs.FileSystemFailure.EIO, crash));
    }

    /** Before the call after {@code after} more something else happens; the call itself goes on. */
    public synchronized void meanwhile(String operation, int after, Runnable deed) {
        faults.put(operation, new Fault(after, 0, deed));
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

    /** No fault any more. */
    public synchronized void clear() {
        faults.clear();
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
                faults.put(operation, new Fault(fault.after() - 1, fault.errno(), fault.crash()));
                return Optional.empty();
            }
            faults.remove(operation);
        }
        if (fault.crash() != null) {
            fault.crash().run();
        }
        return fault.errno() == 0 ? Optional.empty() : Optional.of(fault.errno());
    }
}
