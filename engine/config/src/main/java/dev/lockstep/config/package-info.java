/**
 * Reads cluster.xml and userconfig.xml: bytes in, the values of {@code dev.lockstep.core.config} or every mistake of the
 * file out.
 *
 * <p>Reading is pure. What depends on the node (directories, local addresses) is asked through {@link
 * dev.lockstep.config.SiteChecks}. Readers are thread-safe and costly to make: keep one.
 */
package dev.lockstep.config;
