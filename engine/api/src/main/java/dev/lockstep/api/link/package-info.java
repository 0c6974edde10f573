/** Links between the nodes: heartbeats and the replication stream, as plugins provide them. */
package dev.lockstep.api.link;
