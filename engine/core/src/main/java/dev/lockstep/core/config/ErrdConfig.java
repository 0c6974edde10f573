package dev.lockstep.core.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Supervision of processes and services.
 *
 * @param pollTimer period; default 30 s
 * @param processes what is supervised, in file order
 */
public record ErrdConfig(Duration pollTimer, List<ProcessConfig> processes) {

    /** Copies the list. */
    public ErrdConfig {
        processes = List.copyOf(processes);
    }

    /**
     * One supervised process or service.
     *
     * @param name command or service name, and suffix of the resource {@code proc.<name>}
     * @param service whether it names a service; default no
     * @param nameRegex translated expression on the command name, which replaces {@code name} for the search
     * @param argRegex translated expression on the argument list
     * @param processClass {@code prim}, {@code both}, {@code second}, {@code sec}, {@code pre}, or a name of the
     *     integrator's which a script enables
     * @param action restart, stopstart (the default), stop, noaction, or the name of a program
     * @param restartServices services to restart, in start order; empty restarts all
     * @param startAfter polls before supervision starts; default 0
     * @param atLeast smallest number of processes; default 1, -1 for no bound
     * @param atMax largest number of processes; default -1, no bound
     */
    public record ProcessConfig(
            String name,
            boolean service,
            Optional<String> nameRegex,
            Optional<String> argRegex,
            String processClass,
            String action,
            List<String> restartServices,
            int startAfter,
            int atLeast,
            int atMax) {

        /** Copies the list. */
        public ProcessConfig {
            restartServices = List.copyOf(restartServices);
        }
    }
}
