package dev.lockstep.fuse;

import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.SystemCalls;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The real system calls, whose flushes are counted; anticipated ones can be held up and made to fail. */
final class WatchedFlushes {
    static final String ANTICIPATED = "ANTICIPATED-FLUSH";
    private static final int LIMIT_SECONDS = 20;

    private final SystemCalls real = SystemCalls.linux();
    private final Map<String, Integer> begun = new HashMap<>();
    private final Map<String, Integer> ended = new HashMap<>();
    private final Map<String, Integer> closed = new HashMap<>();
    /** Once for each flush: openings share descriptors. */
    private final List<Integer> running = new ArrayList<>();

    private final List<String> breaches = new ArrayList<>();
    private CountDownLatch held = new CountDownLatch(0);
    private boolean all;
    private int errno;

    /** Flushes of an operation that have begun, of either kind. */
    synchronized int begun(String operation) {
        return begun.getOrDefault(operation, 0);
    }

    /** Flushes of an operation that are over. */
    synchronized int ended(String operation) {
        return ended.getOrDefault(operation, 0);
    }

    /** Descriptors an operation has closed. */
    synchronized int closed(String operation) {
        return closed.getOrDefault(operation, 0);
    }

    /** Descriptors that were closed while they were flushed. */
    synchronized List<String> breaches() {
        return List.copyOf(breaches);
    }

    /** Anticipated flushes do not end before {@link #letGo}. */
    synchronized void hold() {
        held = new CountDownLatch(1);
    }

    /** No flush ends before {@link #letGo}. */
    synchronized void holdAll() {
        hold();
        all = true;
    }

    void letGo() {
        CountDownLatch latch;
        synchronized (this) {
            latch = held;
        }
        latch.countDown();
    }

    /** The next anticipated flush that ends has failed. */
    synchronized void fail(int error) {
        errno = error;
    }

    SystemCalls calls() {
        FileCalls files = (FileCalls) Proxy.newProxyInstance(
                WatchedFlushes.class.getClassLoader(),
                new Class<?>[] {FileCalls.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "fsync", "fdatasync" -> flush(method, arguments);
                    case "close" -> {
                        closing((Integer) arguments[1], (String) arguments[0]);
                        yield method.invoke(real.files(), arguments);
                    }
                    default -> method.invoke(real.files(), arguments);
                });
        return new SystemCalls(files, real.names(), real.attributes(), real.mounts(), real.process());
    }

    private synchronized void closing(int descriptor, String operation) {
        closed.merge(operation, 1, Integer::sum);
        if (running.contains(descriptor)) {
            breaches.add(operation + " closes " + descriptor);
        }
    }

    private Object flush(Method method, Object[] arguments) throws Exception {
        String operation = (String) arguments[0];
        int descriptor = (Integer) arguments[1];
        CountDownLatch latch;
        boolean waits;
        synchronized (this) {
            begun.merge(operation, 1, Integer::sum);
            running.add(descriptor);
            latch = held;
            waits = all || operation.equals(ANTICIPATED);
        }
        boolean anticipated = operation.equals(ANTICIPATED);
        if (waits && !latch.await(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("nobody let the flush go");
        }
        Object result = method.invoke(real.files(), arguments);
        synchronized (this) {
            running.remove(Integer.valueOf(descriptor));
            ended.merge(operation, 1, Integer::sum);
            if (anticipated && errno != 0) {
                result = -errno;
                errno = 0;
            }
            return result;
        }
    }
}
