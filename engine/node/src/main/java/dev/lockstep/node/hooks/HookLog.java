package dev.lockstep.node.hooks;

import dev.lockstep.core.mirror.LogLevel;
import dev.lockstep.node.log.ModuleLog;

/** What scripts call {@code log}: lines of the module log with the hook as origin. */
public final class HookLog {
    private final ModuleLog log;
    private final String hook;

    HookLog(ModuleLog log, String hook) {
        this.log = log;
        this.hook = hook;
    }

    /** A line for the verbose log. */
    public void info(Object text) {
        log.write(LogLevel.I, hook, String.valueOf(text));
    }

    /** A warning for the verbose log. */
    public void warn(Object text) {
        log.write(LogLevel.W, hook, String.valueOf(text));
    }

    /** A line that everybody sees. */
    public void error(Object text) {
        log.write(LogLevel.E, hook, String.valueOf(text));
    }
}
