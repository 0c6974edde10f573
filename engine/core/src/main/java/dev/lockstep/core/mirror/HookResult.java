package dev.lockstep.core.mirror;

/** How a hook ended. Only logged: a failed start hook stops the module by asking for it ({@code stop -i}). */
public enum HookResult {
    OK,
    FAILED,
    TIMED_OUT
}
