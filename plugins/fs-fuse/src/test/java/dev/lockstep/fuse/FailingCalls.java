package dev.lockstep.fuse;

import dev.lockstep.fuse.sys.AttributeCalls;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.MountCalls;
import dev.lockstep.fuse.sys.NameCalls;
import dev.lockstep.fuse.sys.SystemCalls;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The real system calls, some of which can be made to fail. */
final class FailingCalls {
    private static final int PWRITE_LENGTH = 4;

    private final SystemCalls real = SystemCalls.linux();
    private final Set<Failure> failures = ConcurrentHashMap.newKeySet();
    private final Map<String, Runnable> deeds = new ConcurrentHashMap<>();
    private volatile String failing = "";
    private volatile long allowed;
    private volatile int errno;

    /** Of a call of an operation, once. */
    private record Failure(String call, String operation, int errno, boolean after) {}

    /** The next pwrite of an operation writes some bytes, and the one after it, or it itself if that is 0, fails. */
    void shortThenFail(String operation, long bytes, int error) {
        allowed = bytes;
        errno = error;
        failing = operation;
    }

    /** The next pwrite of an operation writes some bytes, and the one after it throws. */
    void shortThenBreak(String operation, long bytes) {
        shortThenFail(operation, bytes, 0);
    }

    /** The next call of this name in an operation does nothing and fails. */
    void fail(String call, String operation, int error) {
        failures.add(new Failure(call, operation, error, false));
    }

    /** The next call of this name in an operation does what it should and fails all the same, as one that ended half-way. */
    void failAfter(String call, String operation, int error) {
        failures.add(new Failure(call, operation, error, true));
    }

    /** Before the next call of this name in an operation something else happens. */
    void meanwhile(String call, String operation, Runnable deed) {
        deeds.put(call + " " + operation, deed);
    }

    SystemCalls calls() {
        return new SystemCalls(
                failing(FileCalls.class, real.files()),
                failing(NameCalls.class, real.names()),
                failing(AttributeCalls.class, real.attributes()),
                failing(MountCalls.class, real.mounts()),
                real.process());
    }

    private <T> T failing(Class<T> kind, T calls) {
        return kind.cast(Proxy.newProxyInstance(
                FailingCalls.class.getClassLoader(),
                new Class<?>[] {kind},
                (proxy, method, arguments) -> call(calls, method, arguments)));
    }

    private Object call(Object calls, Method method, Object... arguments) throws ReflectiveOperationException {
        if (method.getName().equals("pwrite") && failing.equals(arguments[0])) {
            if (allowed == 0) {
                failing = "";
                if (errno == 0) {
                    throw new IllegalStateException("broken on purpose");
                }
                return (long) -errno;
            }
            arguments[PWRITE_LENGTH] = Math.min(allowed, (Long) arguments[PWRITE_LENGTH]);
            allowed = 0;
        }
        Runnable deed = deeds.remove(method.getName() + " " + arguments[0]);
        if (deed != null) {
            deed.run();
        }
        Failure due = failures.stream()
                .filter(failure -> failure.call().equals(method.getName())
                        && failure.operation().equals(arguments[0]))
                .findFirst()
                .orElse(null);
        if (due != null && failures.remove(due)) {
            if (due.after()) {
                method.invoke(calls, arguments);
            }
            return -due.errno();
        }
        return method.invoke(calls, arguments);
    }
}
