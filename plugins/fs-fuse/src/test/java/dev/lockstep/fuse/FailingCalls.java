package dev.lockstep.fuse;

import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.sys.SystemCalls;
import java.lang.reflect.Proxy;

/** The real system calls, of which one of one operation can be made to fail. */
final class FailingCalls {
    private static final int PWRITE_LENGTH = 4;

    private final SystemCalls real = SystemCalls.linux();
    private volatile String failing = "";
    private volatile long allowed;
    private volatile int errno;

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

    SystemCalls calls() {
        FileCalls files = (FileCalls) Proxy.newProxyInstance(
                FailingCalls.class.getClassLoader(), new Class<?>[] {FileCalls.class}, (proxy, method, arguments) -> {
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
                    return method.invoke(real.files(), arguments);
                });
        return new SystemCalls(files, real.names(), real.attributes(), real.mounts(), real.process());
    }
}
