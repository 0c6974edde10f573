package dev.lockstep.mina;

import dev.lockstep.api.link.ClusterKeys;
import dev.lockstep.api.link.HeartbeatTransport;
import java.io.IOException;
import org.pf4j.Extension;

/** Heartbeats over UDP. Wire format: {@link HeartbeatCodec}; freshness: {@link HeartbeatSession}. */
@Extension
public final class MinaHeartbeatTransport implements HeartbeatTransport {
    private final Housekeeping housekeeping = new Housekeeping("lockstep-heartbeat");
    private final SharedPorts ports = new SharedPorts(housekeeping);
    private final RefusalBudget budget = new RefusalBudget(System::nanoTime);

    @Override
    public HeartbeatChannel open(Endpoint endpoint, ClusterKeys keys, Receiver receiver) throws IOException {
        if (endpoint.local().isUnresolved() || endpoint.peer().isUnresolved()) {
            throw new IOException(
                    "the host name of " + endpoint.local() + " or " + endpoint.peer() + " cannot be resolved");
        }
        return new MinaHeartbeatChannel(endpoint, keys, receiver, ports, budget, housekeeping);
    }
}
