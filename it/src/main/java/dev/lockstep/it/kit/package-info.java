/**
 * Hosts made of namespaces on one machine: each with its own network, mounts, processes and disk, joined by switches whose
 * cables can be cut. Power can be cut too: every process of the host dies at once and its mounts vanish with it.
 *
 * <p>What this is not: the kernel and its page cache are shared, so a host without power keeps what it wrote without a flush.
 */
package dev.lockstep.it.kit;
