package dev.lockstep.api.fs;

/**
 * A process that holds the covered directory from before the mount and could read or write past the interception.
 *
 * @param pid its process id; 0 when it is no process but a mount of this host
 * @param command its command line, shortened
 * @param what what it holds: an open file, its working directory, a memory mapping, another mount
 * @param writable whether it could write past the interception
 */
public record Opener(long pid, String command, String what, boolean writable) {}
