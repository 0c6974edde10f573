/** What the daemon remembers on disk across restarts, written whole or not at all. */
package dev.lockstep.node.state;
