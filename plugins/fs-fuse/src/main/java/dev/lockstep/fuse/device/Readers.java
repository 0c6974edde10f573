package dev.lockstep.fuse.device;

import dev.lockstep.fuse.sys.ProcessCalls;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The threads that read the requests of one connection: one that always does, and more while it is held up. */
public final class Readers {
    /** How long a thread that is not needed stays for the case that it is. */
    private static final Duration SPARE_TIME = Duration.ofSeconds(10);

    private final String name;
    private final Device device;
    private final Operation[] operations;
    private final ProcessCalls process;
    private final Consumer<String> notices;
    private final Consumer<String> lost;
    private final Turn turn;
    private final AtomicInteger number = new AtomicInteger();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicBoolean shortOfThreads = new AtomicBoolean();

    /**
     * Starts to read.
     *
     * @param name of the threads
     * @param most how many there may be
     * @param watch notices requests that take long
     * @param operations by opcode; null where the answer is ENOSYS
     * @param notices what an operator should read
     * @param lost told once why the connection ended
     */
    public Readers(
            String name,
            int most,
            TurnWatch watch,
            Device device,
            Operation[] operations,
            ProcessCalls process,
            Consumer<String> notices,
            Consumer<String> lost) {
        this.name = name;
        this.device = device;
        this.operations = operations.clone();
        this.process = process;
        this.notices = notices;
        this.lost = lost;
        turn = new Turn(most, SPARE_TIME, this::start, watch);
        turn.begin();
    }

    private boolean start(Turn.Seat seat) {
        Reader reader = new Reader(device, operations, process, notices, turn, seat, this::tellLost);
        try {
            Thread.ofPlatform()
                    .name(name + "-" + number.getAndIncrement())
                    .daemon()
                    .uncaughtExceptionHandler((thread, e) -> notices.accept(thread.getName() + " ended: " + e))
                    .start(reader);
            shortOfThreads.set(false);
            return true;
        } catch (OutOfMemoryError none) {
            if (!shortOfThreads.getAndSet(true)) {
                notices.accept("the system gives no thread to serve a mount (" + none.getMessage()
                        + "): requests wait for those that take long");
            }
            return false;
        }
    }

    private void tellLost(String reason) {
        if (!ended.getAndSet(true)) {
            lost.accept(reason);
        }
    }

    /**
     * Waits until all threads have ended, which they do once the connection is aborted.
     *
     * @return whether they have, within the time
     */
    public boolean await(Duration limit) throws InterruptedException {
        return turn.awaitEnd(limit);
    }
}
