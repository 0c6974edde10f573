/**
 * The configuration as values: what cluster.xml and userconfig.xml say, with every default applied.
 *
 * <p>All types are immutable and thread-safe. Nothing here reads a file or knows XML; the readers of
 * {@code dev.lockstep.config} make these values, and only from files without an error, so a consumer needs no
 * second validation.
 */
package dev.lockstep.core.config;
