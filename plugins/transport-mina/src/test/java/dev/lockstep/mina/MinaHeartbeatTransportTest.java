package dev.lockstep.mina;

import dev.lockstep.api.link.HeartbeatTransport;
import dev.lockstep.api.link.HeartbeatTransportContract;

class MinaHeartbeatTransportTest extends HeartbeatTransportContract {
    @Override
    protected HeartbeatTransport transport() {
        return new MinaHeartbeatTransport();
    }
}
