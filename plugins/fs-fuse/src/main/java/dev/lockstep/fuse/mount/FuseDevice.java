package dev.lockstep.fuse.mount;

import dev.lockstep.fuse.sys.AtFlags;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.OpenFlags;
import dev.lockstep.fuse.sys.SystemCalls;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The device through which the kernel is asked for a FUSE connection, and what is wrong when it is not there. */
final class FuseDevice {
    /** Where it is. */
    static final Path PATH = Path.of("/dev/fuse");

    private static final int MAJOR = 10;
    private static final int MINOR = 229;

    // st_mode, see inode(7)
    private static final int TYPE_MASK = 0xf000;
    private static final int CHARACTER_DEVICE = 0x2000;
    private static final int BLOCK_DEVICE = 0x6000;
    private static final int DIRECTORY = 0x4000;
    private static final int REGULAR_FILE = 0x8000;

    private FuseDevice() {}

    /** Why this path is not the device, and what to do; empty if it is. */
    static Optional<String> problem(Path path) throws IOException {
        Map<String, Object> found;
        try {
            found = Files.readAttributes(path, "unix:mode,rdev");
        } catch (NoSuchFileException none) {
            return Optional.of(
                    Files.isSymbolicLink(path)
                            ? path + " is a symbolic link to nothing; " + remedy(path)
                            : "there is no " + path + "; load the kernel module with 'modprobe fuse'. If it is loaded: "
                                    + makeNode(path));
        }
        int type = (int) found.get("mode") & TYPE_MASK;
        long number = (long) found.get("rdev");
        // as makedev(3) puts them together
        long major = (number >>> 8 & 0xfff) | (number >>> 32 & 0xfffff000L);
        long minor = (number & 0xff) | (number >>> 12 & 0xffffff00L);
        if (type == CHARACTER_DEVICE && major == MAJOR && minor == MINOR) {
            return Optional.empty();
        }
        String what = switch (type) {
            case CHARACTER_DEVICE -> "the character device " + major + ":" + minor;
            case BLOCK_DEVICE -> "the block device " + major + ":" + minor;
            case DIRECTORY -> "a directory";
            case REGULAR_FILE -> "a regular file";
            default -> "no device";
        };
        return Optional.of(
                path + " is " + what + " instead of the character device " + MAJOR + ":" + MINOR + "; " + remedy(path));
    }

    private static String remedy(Path path) {
        return "remove it, then 'modprobe fuse' and, if that does not make it: " + makeNode(path);
    }

    private static String makeNode(Path path) {
        return "'mknod -m 666 " + path + " c " + MAJOR + " " + MINOR + "'";
    }

    /**
     * Opens it.
     *
     * @return a descriptor
     */
    static int open(SystemCalls calls, String operation) throws IOException {
        Optional<String> problem = problem(PATH);
        if (problem.isPresent()) {
            throw new IOException(problem.get());
        }
        byte[] name = PATH.toString().getBytes(StandardCharsets.UTF_8);
        int descriptor = calls.files().open(operation, AtFlags.FDCWD, name, OpenFlags.RDWR | OpenFlags.CLOEXEC, 0);
        if (descriptor < 0) {
            throw new IOException(PATH + " cannot be opened, " + reason(-descriptor));
        }
        return descriptor;
    }

    private static String reason(int errno) {
        return switch (errno) {
            case Errno.ENODEV, Errno.ENXIO -> "the kernel has no FUSE (errno " + errno + "); 'modprobe fuse'";
            case Errno.EPERM, Errno.EACCES ->
                "it is forbidden here (errno " + errno + "); a container must be allowed this device, and root";
            default -> "errno " + errno + "; try 'modprobe fuse'";
        };
    }
}
