/** The replicated directories of a module on this node: mounts, links and the replication engine brought into one role. */
package dev.lockstep.node.data;
