package dev.lockstep.fuse.sys;

import java.nio.charset.StandardCharsets;

/** statx(2) asked for what needs no answer of a file system's server. */
public final class Statx {
    private Statx() {}

    /** Id of the mount a path leads to, links followed; a negated errno when it leads nowhere. */
    public static long mountOf(String path) {
        Status status = new Status();
        int result = LinuxAttributes.status(
                AtFlags.FDCWD,
                path.getBytes(StandardCharsets.UTF_8),
                AtFlags.STATX_DONT_SYNC,
                Status.BASIC_AND_MOUNT,
                status);
        return result < 0 ? result : status.mount();
    }
}
