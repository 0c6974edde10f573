package dev.lockstep.mina;

import dev.lockstep.api.link.ReplicationTransport;
import dev.lockstep.api.link.ReplicationTransportContract;

class MinaReplicationTransportTest extends ReplicationTransportContract {
    @Override
    protected ReplicationTransport transport() {
        return new MinaReplicationTransport();
    }
}
