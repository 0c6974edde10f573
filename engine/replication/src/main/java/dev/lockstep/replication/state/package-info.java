/** What the replication engine keeps on disk: the port to the state directory and the durable record of the copy. */
package dev.lockstep.replication.state;
