/**
 * The covered directory by stable id: which objects it has, how to reach them, in which order operations on them run, and the
 * {@link dev.lockstep.api.fs.BackingTree} the replication engine works on. It never uses a path that could lead into the mount.
 */
package dev.lockstep.fuse.tree;
