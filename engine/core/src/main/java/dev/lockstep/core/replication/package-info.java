/** Decisions of the replication engine, as pure functions: what must be copied when a node joins. */
package dev.lockstep.core.replication;
