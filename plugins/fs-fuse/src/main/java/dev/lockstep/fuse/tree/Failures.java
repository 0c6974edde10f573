package dev.lockstep.fuse.tree;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.fuse.sys.Errno;

/** Turns negated error numbers into exceptions, for the callers of {@link dev.lockstep.api.fs.BackingTree}. */
final class Failures {
    private Failures() {}

    /** Passes a result on, or throws. A handle that leads nowhere (ESTALE) means that the object is gone: ENOENT. */
    static long check(String operation, long result) throws FileSystemFailure {
        if (result < 0) {
            int errno = (int) -result;
            throw new FileSystemFailure(errno == Errno.ESTALE ? Errno.ENOENT : errno, operation);
        }
        return result;
    }

    /** As {@link #check}, for a descriptor. */
    static int descriptor(String operation, Descriptor descriptor) throws FileSystemFailure {
        return (int) check(operation, descriptor.number());
    }
}
