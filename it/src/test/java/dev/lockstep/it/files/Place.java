package dev.lockstep.it.files;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A tree that deeds are done in: the top of a mount, or a plain directory beside it. The top is held open, so that its path is
 * walked once; open files are numbered alike in all places.
 */
final class Place implements AutoCloseable {
    /** Open files at a time. */
    static final int HANDLES = 5;

    private final int top;
    private final byte[] prefix;
    private final int[] handles = new int[HANDLES];
    private final boolean[] direct = new boolean[HANDLES];

    Place(String directory) {
        top = Posix.open(directory.getBytes(StandardCharsets.UTF_8), Posix.O_PATH | Posix.O_DIRECTORY, 0);
        if (top < 0) {
            throw new IllegalStateException("cannot open " + directory + ", errno " + -top);
        }
        prefix = ("/proc/self/fd/" + top).getBytes(StandardCharsets.US_ASCII);
        Arrays.fill(handles, -1);
    }

    /** The path the C library gets for a path relative to the top. */
    byte[] path(byte[] relative) {
        return relative.length == 0 ? TreeImage.join(prefix, new byte[] {'.'}) : TreeImage.join(prefix, relative);
    }

    /** An open file, or -1, on which every call fails. */
    int handle(int number) {
        return handles[number];
    }

    /** Whether an open file was opened for direct access. */
    boolean direct(int number) {
        return direct[number];
    }

    /** Puts an open file, closing the one that was there. */
    void handle(int number, int fd, boolean opensDirectly) {
        if (handles[number] >= 0) {
            Posix.close(handles[number]);
        }
        handles[number] = Math.max(fd, -1);
        direct[number] = opensDirectly;
    }

    /** Closes every open file. */
    void closeFiles() {
        for (int number = 0; number < HANDLES; number++) {
            handle(number, -1, false);
        }
    }

    @Override
    public void close() {
        closeFiles();
        Posix.close(top);
    }
}
