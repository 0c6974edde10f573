/** The daemon: it carries out what the automata of the modules decide, and reports back what happened. */
package dev.lockstep.node;
