package dev.lockstep.fuse.sys;

/** The ports through which this plugin reaches the kernel. */
public record SystemCalls(
        FileCalls files, NameCalls names, AttributeCalls attributes, MountCalls mounts, ProcessCalls process) {
    /** The real ones. */
    public static SystemCalls linux() {
        return new SystemCalls(
                new LinuxFiles(), new LinuxNames(), new LinuxAttributes(), new LinuxMounts(), new LinuxProcess());
    }
}
