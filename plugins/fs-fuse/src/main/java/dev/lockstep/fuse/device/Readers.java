package dev.lockstep.fuse.device;

import dev.lockstep.fuse.sys.ProcessCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** The reader threads of one connection. */
public final class Readers {
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean ended = new AtomicBoolean();

    /**
     * Starts the readers.
     *
     * @param name of the threads
     * @param count how many
     * @param operations by opcode; null where the answer is ENOSYS
     * @param notices what an operator should read
     * @param lost told once why the connection ended
     */
    public Readers(
            String name,
            int count,
            Device device,
            Operation[] operations,
            ProcessCalls process,
            Consumer<String> notices,
            Consumer<String> lost) {
        for (int i = 0; i < count; i++) {
            Consumer<String> told = reason -> {
                if (ended.compareAndSet(false, true)) {
                    lost.accept(reason);
                }
            };
            Reader reader = new Reader(device, operations.clone(), process, notices, told);
            threads.add(Thread.ofPlatform()
                    .name(name + "-" + i)
                    .daemon()
                    .uncaughtExceptionHandler((thread, e) -> notices.accept(thread.getName() + " ended: " + e))
                    .unstarted(reader));
        }
        threads.forEach(Thread::start);
    }

    /**
     * Waits until all readers have ended, which they do once the connection is aborted.
     *
     * @return whether they have, within the time
     */
    public boolean await(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        for (Thread thread : threads) {
            long left = deadline - System.nanoTime();
            if (left <= 0 || !thread.join(Duration.ofNanos(left))) {
                return false;
            }
        }
        return true;
    }
}
