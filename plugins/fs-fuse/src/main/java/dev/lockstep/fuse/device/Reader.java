package dev.lockstep.fuse.device;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.ProcessCalls;
import java.lang.foreign.Arena;
import java.util.function.Consumer;

/**
 * One thread that reads requests and serves them, whenever it is its turn, until the connection ends. Several of them share a device:
 * while one waits for a disk or is held up by the gate another goes on.
 */
final class Reader implements Runnable {
    private static final String OPERATION = "READER";

    private final Device device;
    private final Operation[] operations;
    private final ProcessCalls process;
    private final Consumer<String> notices;
    private final Turn turn;
    private final Turn.Seat seat;
    private final Consumer<String> lost;

    /**
     * A reader that has the turn.
     *
     * @param lost told why the connection ended
     */
    Reader(
            Device device,
            Operation[] operations,
            ProcessCalls process,
            Consumer<String> notices,
            Turn turn,
            Turn.Seat seat,
            Consumer<String> lost) {
        this.device = device;
        this.operations = operations;
        this.process = process;
        this.notices = notices;
        this.turn = turn;
        this.seat = seat;
        this.lost = lost;
    }

    @Override
    public void run() {
        String reason = "its thread ended unexpectedly";
        try (Arena arena = Arena.ofShared()) {
            prepareThread();
            reason = readAndServe(new Exchange(device, seat, new Buffers(process, arena)));
        } finally {
            leave(reason);
        }
    }

    private void leave(String reason) {
        try {
            if (!reason.isEmpty()) {
                turn.end();
                lost.accept(reason);
            }
        } finally {
            turn.leave();
        }
    }

    /** Why the connection ended; empty if this thread is not needed any more. */
    private String readAndServe(Exchange exchange) {
        while (true) {
            long length = exchange.receive();
            if (length >= 0) {
                seat.serving();
                serve(exchange);
                if (!seat.served()) {
                    return "";
                }
            } else if (!isTransient(length)) {
                return reason(length);
            }
        }
    }

    private void prepareThread() {
        int result = process.ownFileContext(OPERATION);
        if (result < 0) {
            throw new IllegalStateException("a FUSE thread cannot have its own file mode mask, errno " + -result);
        }
        // It may lack the capability for that; the operator was told when the directory was taken hold of.
        process.markIoFlusher(OPERATION);
    }

    private void serve(Exchange exchange) {
        try {
            int opcode = exchange.request().opcode();
            Operation operation = opcode >= 0 && opcode < operations.length ? operations[opcode] : null;
            if (operation == null) {
                exchange.settle(Errno.ENOSYS);
            } else {
                operation.serve(exchange);
            }
        } catch (FileSystemFailure failure) {
            exchange.settle(failure.errno());
        } catch (RuntimeException | Error e) {
            // One broken request must not take the others down: the caller gets EIO, the operator the reason.
            notices.accept("serving " + exchange.request() + " failed: " + trace(e));
            exchange.settle(Errno.EIO);
        }
        if (!exchange.isAnswered()) {
            notices.accept("no answer to " + exchange.request());
            exchange.settle(Errno.EIO);
        }
    }

    private static String trace(Throwable e) {
        StringBuilder text = new StringBuilder(e.toString());
        int frames = 0;
        for (StackTraceElement frame : e.getStackTrace()) {
            text.append(" at ").append(frame);
            if (++frames == 8) {
                break;
            }
        }
        return text.toString();
    }

    private static boolean isTransient(long result) {
        return result == -Errno.ENOENT || result == -Errno.EINTR || result == -Errno.EAGAIN;
    }

    private static String reason(long result) {
        if (result == -Errno.ENODEV) {
            return "unmounted";
        }
        return result == -Errno.ECONNABORTED ? "aborted" : "reading /dev/fuse failed with errno " + -result;
    }
}
