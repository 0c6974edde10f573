package dev.lockstep.core.config;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * The scripts of a module.
 *
 * @param niceStopTimeout time allowed to a graceful stop script; default 300 s
 * @param forceStopTimeout time allowed to a stop script called with {@code force}; default 300 s
 * @param logging whether the output of scripts is kept in script logs; default yes
 * @param logSize size in KB above which a script log is truncated; default 2048
 * @param variables variables given to every script, in file order
 */
public record UserConfig(
        Duration niceStopTimeout,
        Duration forceStopTimeout,
        boolean logging,
        int logSize,
        SequencedMap<String, String> variables) {

    /** Copies the map, keeping its order. */
    public UserConfig {
        variables = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(variables));
    }
}
