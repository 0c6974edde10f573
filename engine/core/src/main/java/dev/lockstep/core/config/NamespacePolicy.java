package dev.lockstep.core.config;

/** What a reintegration may rely on. */
public enum NamespacePolicy {
    /** 0: whole files are copied, never zones. */
    WHOLE_FILES,
    /** 1 (Windows): no zones after a reboot that followed a clean stop. */
    NO_ZONES_AFTER_REBOOT,
    /** 3 (Windows): zones after a reboot when the file system's journal proves continuity. */
    JOURNAL,
    /** 4, the default: zones, and an interrupted full reintegration resumes. */
    RESUMABLE
}
