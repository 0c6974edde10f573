package dev.lockstep.node.store;

import dev.lockstep.core.config.ModuleConfig;
import dev.lockstep.node.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The modules on this node: as edited ({@code modules/AM.safe}) and as applied ({@code applied/AM}). Thread-safe. Every change is
 * complete or has not happened; the applied configuration stays in force when a new one is refused.
 */
public interface ModuleStore {
    /** Every installed module, by name. Folders dropped into {@code modules/} are installed by being there. Allocates no id. */
    List<Installed> installed() throws IOException;

    /** Every applied module, by name. */
    List<AppliedModule> applied() throws IOException;

    /** The applied configuration of a module, if there is one. */
    Optional<AppliedModule> applied(String module) throws IOException;

    /**
     * Reads an applied configuration.
     *
     * @throws Refusal (FAILED) if it cannot be read any more: a damaged disk, or a file changed by hand
     */
    ModuleConfig configuration(AppliedModule module) throws Refusal, IOException;

    /**
     * Installs a module. An order without a source for a module that is there gives it the id and changes nothing else.
     *
     * @return what was installed
     * @throws Refusal if it exists already and is not to be replaced, the source is no module, the id is taken, or a macro is not
     *     known
     */
    Installed install(Install order) throws Refusal, IOException;

    /**
     * Installs a module from an archive that is read to its end.
     *
     * @param order its source is only a name here
     */
    Installed install(Install order, InputStream archive) throws Refusal, IOException;

    /** Packs the edited copy of a module as an archive into {@code file}, which must not exist. */
    void pack(String module, Path file) throws Refusal, IOException;

    /**
     * Removes the edited copy of a module, which must not be applied any more, and frees its id.
     *
     * @return the archive that is kept
     */
    Path uninstall(String module) throws Refusal, IOException;

    /**
     * Checks the edited copy: configuration, what the engine can do of it, hooks.
     *
     * @return what to tell the operator
     * @throws Refusal (INVALID) with all faults, one a line
     */
    Advice check(String module) throws Refusal, IOException;

    /** Checks and applies the edited copy; a module without an id gets the lowest free one. The module must be held stopped. */
    Applying apply(String module) throws Refusal, IOException;

    /**
     * Removes the applied copy, keeping the edited one and the state. The module must be held stopped.
     *
     * @return warnings
     */
    List<String> unapply(String module) throws Refusal, IOException;

    /** Signatures and dates of the edited and of the applied copy. */
    Info info(String module) throws Refusal, IOException;

    /**
     * An installed module.
     *
     * @param id number on this node, or {@link #NO_ID}
     * @param directory the edited copy
     */
    record Installed(String name, int id, Path directory) {
        /** A module that was not given an id yet: a folder dropped in and not applied. */
        public static final int NO_ID = 0;
    }

    /**
     * What to install.
     *
     * @param source name of a template that comes with the product, or absolute path of a folder or archive
     * @param name of the module; empty: the name of the source
     * @param id number of the module; 0: the lowest that is free
     * @param replace whether an installed module of that name is replaced, keeping its id
     * @param macros new values of macros of its configuration
     */
    record Install(String source, String name, int id, boolean replace, Map<String, String> macros) {}

    /**
     * What was applied.
     *
     * @param advice what to tell the operator
     */
    record Applying(AppliedModule module, Advice advice) {}

    /**
     * A configuration as edited and as applied.
     *
     * @param appliedSignature empty when nothing is applied
     * @param appliedSeconds modification date, seconds since the epoch; 0 when nothing is applied
     */
    record Info(String editedSignature, long editedSeconds, String appliedSignature, long appliedSeconds) {}
}
