package dev.lockstep.core.config;

import java.util.List;
import java.util.Optional;

/**
 * What one userconfig.xml says, after the expansion of its macros.
 *
 * <p>A mirror has {@code heart} with at least one heartbeat, a farm has {@code farm} with at least one lan; the
 * reader refuses anything else.
 *
 * @param service the module's architecture and how it starts and fails over
 * @param heart heartbeats; present in a mirror only
 * @param farm group membership; present in a farm only
 * @param rfs replicated directories; absent when nothing is replicated
 * @param vip virtual addresses
 * @param user scripts; absent means that no script is ever run
 * @param virtualHostNames host names the application sees instead of the real one
 * @param errd supervised processes
 * @param checkers checkers, in file order
 * @param failover failover rules written by the integrator; {@link FailoverConfig#NONE} when there are none
 */
public record ModuleConfig(
        ServiceConfig service,
        Optional<HeartConfig> heart,
        Optional<FarmConfig> farm,
        Optional<RfsConfig> rfs,
        Optional<VipConfig> vip,
        Optional<UserConfig> user,
        List<VirtualHostName> virtualHostNames,
        Optional<ErrdConfig> errd,
        List<CheckerConfig> checkers,
        FailoverConfig failover) {

    /** Copies the lists. */
    public ModuleConfig {
        virtualHostNames = List.copyOf(virtualHostNames);
        checkers = List.copyOf(checkers);
    }
}
