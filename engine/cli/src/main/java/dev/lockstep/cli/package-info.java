/**
 * The {@code lockstep} command: it turns words into requests to the daemon of this node and shows the answers. It depends on
 * nothing but the JDK and loads few classes, because operators and scripts call it often.
 */
package dev.lockstep.cli;
