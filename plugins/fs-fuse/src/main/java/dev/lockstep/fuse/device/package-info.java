/** The connection to the kernel: reader threads on /dev/fuse, requests answered exactly once, now or later. */
package dev.lockstep.fuse.device;
