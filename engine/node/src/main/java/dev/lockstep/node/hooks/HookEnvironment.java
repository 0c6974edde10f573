package dev.lockstep.node.hooks;

import java.util.Map;
import java.util.TreeMap;

/** The environment of the processes that hooks start: that of the reference product, and the variables of the module. */
final class HookEnvironment {
    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private HookEnvironment() {}

    static Map<String, String> of(HookSettings settings) {
        Map<String, String> environment = new TreeMap<>(settings.variables());
        environment.put("SAFE", settings.home().toString());
        environment.put("SAFEMODULE", settings.module());
        environment.put("SAFEBIN", settings.home().resolve("private/bin").toString());
        environment.put(
                "PATH",
                settings.home().resolve("bin")
                        + java.io.File.pathSeparator
                        + System.getenv().getOrDefault("PATH", DEFAULT_PATH));
        environment.put("SAFEUSERBIN", settings.bin().toString());
        environment.put("SAFEUSERCONF", settings.conf().toString());
        environment.put("SAFEVAR", settings.var().toString());
        environment.put("SAFEUSERVAR", settings.state().toString());
        environment.put("LOCKSTEP_HOME", settings.home().toString());
        environment.put("LOCKSTEP_VAR", settings.var().toString());
        return environment;
    }
}
