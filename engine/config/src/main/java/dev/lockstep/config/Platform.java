package dev.lockstep.config;

/** The system a configuration is read for. */
public enum Platform {
    /** Linux. */
    LINUX,
    /** Windows. */
    WINDOWS
}
