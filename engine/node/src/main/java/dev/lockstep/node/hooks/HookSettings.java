package dev.lockstep.node.hooks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What the hooks of a module are run with.
 *
 * @param module name of the module
 * @param node name of this node
 * @param home installation, {@code SAFE} for executables
 * @param var state of the node, {@code SAFEVAR}
 * @param bin applied scripts, {@code SAFEUSERBIN}
 * @param conf applied configuration with {@code safeconf.xml}, {@code SAFEUSERCONF}
 * @param state working directory of the module, {@code SAFEUSERVAR}; the script logs are written there
 * @param variables every {@code <var>}
 * @param niceStopTimeout time for a graceful stop hook
 * @param forceStopTimeout time for a forced stop hook
 * @param otherTimeout time for every other hook; generous, there only so that nothing waits for ever
 * @param logging whether output goes to script logs; false for {@code logging="none"}
 * @param userlogBytes largest script log; what a hook prints beyond it is dropped and counted
 */
public record HookSettings(
        String module,
        String node,
        Path home,
        Path var,
        Path bin,
        Path conf,
        Path state,
        Map<String, String> variables,
        Duration niceStopTimeout,
        Duration forceStopTimeout,
        Duration otherTimeout,
        boolean logging,
        long userlogBytes) {
    /** The reference product knows no limit for the other hooks; a day is none for an application and one for a defect. */
    public static final Duration OTHER_TIMEOUT = Duration.ofHours(24);

    /** Copies the variables. */
    public HookSettings {
        variables = Map.copyOf(variables);
    }
}
