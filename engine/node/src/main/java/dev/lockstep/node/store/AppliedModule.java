package dev.lockstep.node.store;

import java.nio.file.Path;
import java.time.Instant;

/**
 * The applied configuration of a module: what the engine works with, never edited.
 *
 * @param name of the module
 * @param id number of the module, from 1; decides its ports
 * @param directory {@code applied/AM}
 * @param state working directory {@code state/AM}, exists
 * @param signature of all its files, equal on both nodes when the files are
 * @param applied when it was applied
 */
public record AppliedModule(String name, int id, Path directory, Path state, String signature, Instant applied) {
    /** The expanded configuration. */
    public Path safeconf() {
        return conf().resolve("safeconf.xml");
    }

    /** The directory of the configuration. */
    public Path conf() {
        return directory.resolve("conf");
    }

    /** The directory of the hooks; may be missing when the configuration has no {@code <user>}. */
    public Path bin() {
        return directory.resolve("bin");
    }
}
