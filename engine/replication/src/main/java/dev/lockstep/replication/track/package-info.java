/** The dirty map: what this node has written that the peer may not have, durably and cheaply. */
package dev.lockstep.replication.track;
