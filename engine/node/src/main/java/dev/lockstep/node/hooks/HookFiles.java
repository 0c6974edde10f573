package dev.lockstep.node.hooks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Finds the hooks of a module in its {@code bin} directory. A Groovy script goes before an executable of the same name. */
final class HookFiles {
    /** Every hook there is. Other files in {@code bin} are left to the module. */
    static final Set<String> NAMES = Set.of(
            "prestart",
            "poststop",
            "start_prim",
            "stop_prim",
            "start_both",
            "stop_both",
            "start_second",
            "stop_second",
            "start_sec",
            "stop_sec",
            "transition",
            "update",
            "config",
            "postconfig",
            "deconfig",
            "confcheck",
            "state",
            "level",
            "_rfs_callback");

    private HookFiles() {}

    /** A hook that exists. */
    sealed interface HookFile {
        /** Where it lies. */
        Path file();

        /** Compiled and run in the engine. */
        record Groovy(Path file) implements HookFile {}

        /** Run as a process. */
        record Executable(Path file) implements HookFile {}
    }

    /** The hooks by name; none when there is no such directory. */
    static Map<String, HookFile> in(Path bin) throws IOException {
        Map<String, HookFile> found = new TreeMap<>();
        if (!Files.isDirectory(bin)) {
            return found;
        }
        for (String name : NAMES) {
            Path script = bin.resolve(name + ".groovy");
            Path executable = bin.resolve(name);
            if (Files.isRegularFile(script)) {
                found.put(name, new HookFile.Groovy(script));
            } else if (Files.isRegularFile(executable) && Files.isExecutable(executable)) {
                found.put(name, new HookFile.Executable(executable));
            }
        }
        return found;
    }
}
