/** The runtime of one module: a mailbox with one thread, the automaton, and the workers that carry its actions out. */
package dev.lockstep.node.module;
