/**
 * The mirror automaton: every decision of a mirror module as a pure function of values. No I/O, no thread, no clock: what the
 * node does is an {@link dev.lockstep.core.mirror.Action}, what happens to it is an {@link dev.lockstep.core.mirror.Event}.
 */
package dev.lockstep.core.mirror;
