/** What is configured on this node: the cluster and its key, the modules as edited and as applied. */
package dev.lockstep.node.store;
