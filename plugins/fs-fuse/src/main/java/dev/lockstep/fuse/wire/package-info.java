/**
 * The kernel's FUSE protocol as bytes: requests read in place, replies written in place, the negotiation at the start. Pure:
 * nothing here touches a descriptor. Source: {@code include/uapi/linux/fuse.h} of Linux, protocol 7.45.
 */
package dev.lockstep.fuse.wire;
