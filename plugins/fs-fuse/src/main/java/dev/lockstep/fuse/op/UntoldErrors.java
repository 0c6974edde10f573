package dev.lockstep.fuse.op;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Errors of the disk that an anticipated flush got and no application has been told of yet. Whoever opens such a file inherits the
 * error, as from a kernel that has met it by itself: a program that died before it could ask, and is started again, still learns
 * that what it wrote is gone. The oldest are forgotten when there are very many. Thread-safe.
 */
final class UntoldErrors {
    private static final int FILES_MAX = 1024;

    private final Map<Long, Integer> errors = new LinkedHashMap<>();

    /** The error nobody was told of for a file, or 0. */
    synchronized int of(long id) {
        return errors.getOrDefault(id, 0);
    }

    /** A flush of a file failed, and nobody waited for it. */
    synchronized void keep(long id, int errno) {
        errors.put(id, errno);
        if (errors.size() > FILES_MAX) {
            errors.remove(errors.keySet().iterator().next());
        }
    }

    /** An application is being told. */
    synchronized void told(long id) {
        errors.remove(id);
    }
}
