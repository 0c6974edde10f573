package dev.lockstep.core.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The group membership of a farm.
 *
 * @param port UDP port; when absent 4803 + (module id - 1) x 3, see {@link #effectivePort}
 * @param pulse period of the packets; default 100 ms
 * @param missedForLeader packets missed before a new leader is elected; default 20
 * @param missedForFollower packets missed before a follower is offline; default 10
 * @param lans the networks used, in file order, at least one
 */
public record FarmConfig(
        OptionalInt port, Duration pulse, int missedForLeader, int missedForFollower, List<FarmLan> lans) {

    /** Copies the list. */
    public FarmConfig {
        lans = List.copyOf(lans);
    }

    /** The port to use for the module with this id (from 1). */
    public int effectivePort(int moduleId) {
        return port.orElse(4803 + (moduleId - 1) * 3);
    }

    /**
     * One network of a farm.
     *
     * @param name the cluster's name of it; empty for the legacy form with members
     * @param legacyMembers address by node name, in the legacy form; empty otherwise
     */
    public record FarmLan(String name, Map<String, String> legacyMembers) {

        /** Copies the map. */
        public FarmLan {
            legacyMembers = Map.copyOf(legacyMembers);
        }
    }
}
