package dev.lockstep.core.config;

import java.time.Duration;
import java.util.List;

/**
 * One heartbeat.
 *
 * @param lan name of the network it uses; empty only for the legacy form with addresses
 * @param ident suffix of its resource {@code heartbeat.<ident>}; default the lan's name, or its index (from 0) in the
 *     legacy form
 * @param pulse period of the packets; default that of the heart
 * @param timeout silence after which it is lost; default that of the heart
 * @param legacyAddresses the two addresses of the legacy form; empty otherwise
 */
public record HeartbeatConfig(
        String lan, String ident, Duration pulse, Duration timeout, List<String> legacyAddresses) {

    /** The reserved ident of the heartbeat on the network of the replication. */
    public static final String FLOW = "flow";

    /** Copies the list. */
    public HeartbeatConfig {
        legacyAddresses = List.copyOf(legacyAddresses);
    }

    /** Whether this is the heartbeat of the network of the replication. */
    public boolean isFlow() {
        return ident.equals(FLOW);
    }
}
