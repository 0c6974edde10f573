package dev.lockstep.fuse.sys;

import java.util.Map;

/** System calls on mounts. Results below zero are negated error numbers. Thread-safe. */
public interface MountCalls {
    /** MS_NOSUID and the other flags of mount(2). */
    int NO_SUID = 2;

    int NO_DEVICES = 4;
    int NO_EXECUTION = 8;
    int NO_LINKS = 256;
    int NO_ACCESS_TIMES = 1024;
    /** MNT_FORCE and the other flag of umount2(2). */
    int FORCE = 1;

    int DETACH = 2;

    /**
     * A mount of a new file system, attached nowhere yet (fsopen(2), fsconfig(2), fsmount(2)); it goes away with its descriptor
     * unless attached.
     *
     * @param options of the file system; an empty value is none
     * @param readOnly whether the file system, which every copy of the mount shares, is read-only at first
     * @param flags of this mount and the copies that are made of it, of mount(2)
     * @return a descriptor of its root, for {@link #attach}
     */
    int create(String operation, String type, Map<String, String> options, boolean readOnly, long flags);

    /**
     * Makes a file system that was {@link #create created} read-only one for writing, for all copies of its mount.
     *
     * @param mount descriptor of the root of one of them
     * @param flags of that one from now on, of mount(2)
     */
    int openForWriting(String operation, int mount, long flags);

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
