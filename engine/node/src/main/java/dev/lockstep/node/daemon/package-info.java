/** The daemon as a whole: which modules it hosts, how it starts and ends, and what it answers to the command. */
package dev.lockstep.node.daemon;
