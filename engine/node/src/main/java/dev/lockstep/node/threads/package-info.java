/** The threads that the modules of a daemon share, so that a module that does nothing has none of its own. */
package dev.lockstep.node.threads;
