package dev.lockstep.fuse.mount;

import dev.lockstep.fuse.sys.MountCalls;
import java.util.Set;

/**
 * One line of mountinfo.
 *
 * @param id of the mount
 * @param parent id of the mount it lies on
 * @param device major and minor number of the file system, {@code major:minor}
 * @param root directory of the file system that is its root
 * @param point where it is mounted
 * @param options of this mount, not of its file system
 * @param type of the file system
 */
record MountEntry(long id, long parent, String device, String root, String point, Set<String> options, String type) {
    static final String FUSE_TYPE = "fuse";
    static final String LOCKSTEP_SUBTYPE = "lockstep";

    private static final String LOCKSTEP_TYPE = FUSE_TYPE + "." + LOCKSTEP_SUBTYPE;

    /** Copies the options. */
    MountEntry {
        options = Set.copyOf(options);
    }

    /** Whether nothing can be written through it. */
    boolean readOnly() {
        return options.contains("ro");
    }

    /** What it forbids to everybody who comes through it, as flags of mount(2). */
    long restrictions() {
        return (options.contains("nosuid") ? MountCalls.NO_SUID : 0)
                | (options.contains("nodev") ? MountCalls.NO_DEVICES : 0)
                | (options.contains("noexec") ? MountCalls.NO_EXECUTION : 0)
                | (options.contains("nosymfollow") ? MountCalls.NO_LINKS : 0);
    }

    /** Whether it is a FUSE mount of this engine, or of an earlier one. */
    boolean isLockstep() {
        return type.equals(LOCKSTEP_TYPE);
    }

    /** Minor number of the device, which names the FUSE connection in {@code /sys/fs/fuse/connections}. */
    String minor() {
        return device.substring(device.indexOf(':') + 1);
    }
}
