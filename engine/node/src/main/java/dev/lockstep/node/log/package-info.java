/** The log of a module: what operators and scripts read to know what happened. */
package dev.lockstep.node.log;
