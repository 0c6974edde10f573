/**
 * The Linux system calls the interception needs, over the Foreign Function and Memory API. Every call takes the name of the
 * calling operation first, so that a test can fail exactly one call of one operation, and returns a result or a negated errno.
 */
package dev.lockstep.fuse.sys;
