package dev.lockstep.fuse.device;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.ProcessCalls;
import java.lang.foreign.Arena;
import java.util.function.Consumer;

/**
 * One thread that reads requests and serves them until the connection ends. Several of them share a device: while one waits for a disk
 * or is held up by the gate the others go on.
 */
final class Reader implements Runnable {
    private static final String OPERATION = "READER";

    private final Device device;
    private final Operation[] operations;
    private final ProcessCalls process;
    private final Consumer<String> notices;
    private final Consumer<String> ended;

    Reader(
            Device device,
            Operation[] operations,
            ProcessCalls process,
            Consumer<String> notices,
            Consumer<String> ended) {
        this.device = device;
        this.operations = operations;
        this.process = process;
        this.notices = notices;
        this.ended = ended;
    }

    @Override
    public void run() {
        String reason = "its thread ended unexpectedly";
        try (Arena arena = Arena.ofShared()) {
            prepareThread();
            Exchange exchange = new Exchange(device, arena);
            long length;
            do {
                length = exchange.receive();
                if (length >= 0) {
                    serve(exchange);
                }
            } while (length >= 0 || isTransient(length));
            reason = reason(length);
        } finally {
            ended.accept(reason);
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
