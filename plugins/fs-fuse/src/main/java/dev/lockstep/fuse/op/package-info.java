/**
 * The operations of the mount, one class each. A mutating operation takes the order locks of what it touches, enters the gate,
 * applies itself to the covered directory, commits (or abandons) still holding the locks, and is answered when the gate and, for
 * durable ones, the local disk have completed it.
 */
package dev.lockstep.fuse.op;
