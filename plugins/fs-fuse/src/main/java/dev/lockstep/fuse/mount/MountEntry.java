package dev.lockstep.fuse.mount;

/**
 * One line of mountinfo.
 *
 * @param id of the mount
 * @param parent id of the mount it lies on
 * @param device major and minor number of the file system, {@code major:minor}
 * @param root directory of the file system that is its root
 * @param point where it is mounted
 * @param readOnly whether nothing can be written through it
 * @param type of the file system
 */
record MountEntry(long id, long parent, String device, String root, String point, boolean readOnly, String type) {
    /** The type of every FUSE mount of this engine. */
    static final String LOCKSTEP_TYPE = "fuse.lockstep";

    boolean isLockstep() {
        return type.equals(LOCKSTEP_TYPE);
    }

    /** Minor number of the device, which names the FUSE connection in {@code /sys/fs/fuse/connections}. */
    String minor() {
        return device.substring(device.indexOf(':') + 1);
    }
}
