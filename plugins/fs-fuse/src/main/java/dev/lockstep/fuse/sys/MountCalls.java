package dev.lockstep.fuse.sys;

/** System calls on mounts. Results below zero are negated error numbers. Thread-safe. */
public interface MountCalls {
    /** MS_RDONLY and the other flags of mount(2). */
    int READ_ONLY = 1;

    int NO_SUID = 2;
    int NO_DEVICES = 4;
    int NO_EXECUTION = 8;
    int NO_LINKS = 256;
    int NO_ACCESS_TIMES = 1024;
    /** MNT_FORCE and the other flag of umount2(2). */
    int FORCE = 1;

    int DETACH = 2;

    /** mount(2). */
    int mount(String operation, byte[] source, byte[] target, String type, long flags, String data);

    /** umount2(2). */
    int unmount(String operation, byte[] target, int flags);

    /**
     * A detached copy of the mount that shows {@code directory} (open_tree(2) with OPEN_TREE_CLONE), of this directory only,
     * with private propagation and no access times; it goes away with its descriptor unless attached.
     *
     * @param readOnly whether nothing can be written through it
     * @return a descriptor of its root, for *at calls and {@link #attach}
     */
    int cloneTree(String operation, byte[] directory, boolean readOnly);

    /** Attaches a detached mount over {@code target} (move_mount(2)). */
    int attach(String operation, int tree, byte[] target);
}
