/** Interception of replicated directories on Linux: the plugin's entry. */
package dev.lockstep.fuse;
