/** In-memory trees, links, state directories and nodes, with crashes and cuts. Shared as test-jar. */
package dev.lockstep.replication.kit;
