package dev.lockstep.api.fs;

import java.nio.file.Path;

/**
 * One replicated directory of a module.
 *
 * @param module the module's name
 * @param tree its index within the module, from 0
 * @param directory absolute path of the directory
 * @param filter what is replicated in it
 * @param stateDirectory where the interceptor may keep files across restarts; exists
 * @param runtimeDirectory where it may keep private mounts until reboot; created by the interceptor, mode 0700
 */
public record TreeDefinition(
        String module, int tree, Path directory, PathFilter filter, Path stateDirectory, Path runtimeDirectory) {}
