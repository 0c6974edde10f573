/** The gate, and the stream of mutations from a primary to its secondary. */
package dev.lockstep.replication.stream;
