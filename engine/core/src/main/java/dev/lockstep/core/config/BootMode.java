package dev.lockstep.core.config;

/** Whether the module starts when its node boots. */
public enum BootMode {
    /** It starts. */
    ON,
    /** It does not start. */
    OFF,
    /** It starts if it was started before the reboot. */
    AUTO,
    /** The {@code boot} command of each node decides, and says no until it is used. The default. */
    IGNORE
}
