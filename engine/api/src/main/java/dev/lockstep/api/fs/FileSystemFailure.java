package dev.lockstep.api.fs;

import java.io.IOException;

/**
 * An operation on the backing tree failed. {@link #errno} is what the application would get from the backing file system
 * (Linux numbering); the message names the operation and the object.
 */
public final class FileSystemFailure extends IOException {
    private static final long serialVersionUID = 1L;

    /** POSIX error numbers the engine itself decides on (Linux numbering, {@code asm-generic/errno-base.h}). */
    public static final int ENOENT = 2;

    public static final int EIO = 5;
    public static final int ENOSPC = 28;
    public static final int EROFS = 30;

    private final int errno;

    /** A failure of {@code operation} with a positive {@code errno}. */
    public FileSystemFailure(int errno, String operation) {
        super(operation + " failed: " + words(errno));
        this.errno = errno;
    }

    private static String words(int errno) {
        return switch (errno) {
            case 1 -> "operation not permitted";
            case 13 -> "permission denied";
            case ENOENT -> "no such file or directory";
            case EIO -> "input/output error";
            case ENOSPC -> "no space left on the file system";
            case EROFS -> "read-only file system";
            default -> "errno " + errno;
        };
    }

    /** The positive error number. */
    public int errno() {
        return errno;
    }
}
