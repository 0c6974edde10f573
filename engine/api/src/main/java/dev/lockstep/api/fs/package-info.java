/**
 * Interception of a replicated directory: the mutations that travel, the gate every mutation passes, and the backing
 * tree below the interception. Objects are named by stable ids ({@link dev.lockstep.api.fs.StableId}), never by paths.
 */
package dev.lockstep.api.fs;
