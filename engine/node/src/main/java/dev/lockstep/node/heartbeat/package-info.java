/** Heartbeats: what the node tells its peer, what it hears, and when silence counts. */
package dev.lockstep.node.heartbeat;
