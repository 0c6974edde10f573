package dev.lockstep.fuse.sys;

/** System calls on names in directories. Results below zero are negated error numbers. Thread-safe. */
public interface NameCalls {
    /** mkdirat(2). */
    int makeDirectory(String operation, int directory, byte[] name, int mode);

    /** mknodat(2). */
    int makeNode(String operation, int directory, byte[] name, int mode, int device);

    /** symlinkat(2). */
    int makeSymbolicLink(String operation, byte[] target, int directory, byte[] name);

    /**
     * readlinkat(2).
     *
     * @param name the link; empty when {@code directory} is an O_PATH descriptor of the link itself
     * @return the target, or null when it cannot be read
     */
    byte[] readLink(String operation, int directory, byte[] name);

    /** linkat(2): one more name for what a descriptor stands for. */
    int link(String operation, int descriptor, int directory, byte[] name);

    /** unlinkat(2); {@code flags} 0 or {@link AtFlags#REMOVEDIR}. */
    int unlink(String operation, int directory, byte[] name, int flags);

    /** renameat2(2). */
    int rename(String operation, int directory, byte[] name, int newDirectory, byte[] newName, int flags);

    /** umask(2): the bits masked from now on for files this thread (see {@link ProcessCalls#ownFileContext}) creates. */
    int mask(String operation, int bits);
}
