/** Loading of plugins (PF4J): heartbeats, replication links and interception come from here. */
package dev.lockstep.node.plugins;
