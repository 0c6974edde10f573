package dev.lockstep.node.daemon;

import dev.lockstep.node.Refusal;
import dev.lockstep.node.log.ModuleLog;
import dev.lockstep.node.store.ModuleStore;
import dev.lockstep.node.store.UnknownModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the log of a module that does not run: one that cannot work, is not configured, or has no cluster. Logs are needed most when
 * nothing else can be asked.
 *
 * @param logs the logs of the modules
 * @param modules the modules of this node
 */
record LogFinder(LogBook logs, ModuleStore modules) {
    /**
     * The log of a module.
     *
     * @throws Refusal (UNKNOWN) if it is neither installed nor applied on this node, (FAILED) if its log cannot be opened
     */
    ModuleLog of(String module) throws Refusal {
        try {
            Set<String> known = known();
            if (!known.contains(module)) {
                throw UnknownModule.of(module, known);
            }
            return logs.of(module);
        } catch (IOException | UncheckedIOException disk) {
            throw new Refusal(
                    Refusal.Kind.FAILED,
                    "The log of the module " + module + " cannot be opened.",
                    disk,
                    "Look at the state directory: its disk may be full or damaged.");
        }
    }

    private Set<String> known() throws IOException {
        Set<String> known = new TreeSet<>();
        modules.applied().forEach(applied -> known.add(applied.name()));
        modules.installed().forEach(installed -> known.add(installed.name()));
        return known;
    }

    /** The refusal of a module that is not hosted: not configured, or unknown. */
    Refusal notHosted(String module) {
        try {
            Set<String> known = known();
            return known.contains(module)
                    ? new Refusal(
                            Refusal.Kind.UNKNOWN,
                            "The module " + module + " is not configured on this node.",
                            "",
                            "Use: lockstep config -m " + module + ".")
                    : UnknownModule.of(module, known);
        } catch (IOException disk) {
            return new Refusal(Refusal.Kind.FAILED, "The modules of this node cannot be read.", disk, "");
        }
    }
}
