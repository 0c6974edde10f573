/**
 * The replication engine of one mirror module: the gate mutations pass, the stream to the secondary, the dirty map, the
 * durable record of generations, and reintegration. It works on {@link dev.lockstep.api.fs.BackingTree}s and
 * {@link dev.lockstep.api.link.ReplicationLink}s only and assumes nothing about the operating system.
 */
package dev.lockstep.replication;
