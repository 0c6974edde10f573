package dev.lockstep.it.kit;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A thread of this JVM that lives in the network of a host: sockets opened on it are the host's. So a test can speak HTTP to
 * a daemon that listens on its own loopback, or send it garbage, without starting a process.
 */
public final class Inside implements AutoCloseable {
    private static final int O_RDONLY = 0;
    private static final int CLONE_NEWNET = 0x40000000;

    private final ExecutorService thread;

    Inside(String name, long pid) {
        this.thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("inside-" + name).factory());
        call(() -> {
            enter("/proc/" + pid + "/ns/net");
            return null;
        });
    }

    /** Runs {@code work} on the thread; calls queue up behind each other. */
    public <T> T call(Callable<T> work) {
        try {
            return thread.submit(work).get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new KitFailure("inside the host: " + failed.getCause().getMessage(), failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new KitFailure("interrupted", interrupted);
        }
    }

    private static void enter(String namespace) {
        Linker linker = Linker.nativeLinker();
        MethodHandle open = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("open"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                Linker.Option.firstVariadicArg(2));
        MethodHandle setns = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("setns"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        MethodHandle close = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("close"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = arena.allocateFrom(namespace);
            int fd = (int) open.invokeExact(path, O_RDONLY);
            int entered = (int) setns.invokeExact(fd, CLONE_NEWNET);
            int closed = (int) close.invokeExact(fd);
            if (fd < 0 || entered != 0 || closed != 0) {
                throw new KitFailure("cannot enter " + namespace);
            }
        } catch (KitFailure failure) {
            throw failure;
        } catch (Throwable failure) {
            throw new KitFailure("cannot enter " + namespace, failure);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
