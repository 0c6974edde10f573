/**
 * Mounts: over the replicated directory, the guard below, what a crashed engine left, who holds the directory from before.
 *
 * <p>Bottom up, a directory under interception has: itself, a read-only bind mount of itself (the guard), the FUSE mount. Whatever
 * happens to the upper one, the lower one refuses writes.
 */
package dev.lockstep.fuse.mount;
