package dev.lockstep.node.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.node.http.ControlService.PortPair;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PortsViewTest {
    private static String shown(PortPair there) {
        ControlService.Ports ports =
                new ControlService.Ports(new PortPair(8890, 5604), "beta", Optional.ofNullable(there));
        return PortsView.of("ledger", 3, Optional.of(ports)).text();
    }

    @Test
    void thePortsOfThePeerAreShownOnceItWasHeard() {
        assertEquals("""
                heartbeat UDP 8890
                replication TCP 5604
                those on beta are not known: nothing was heard of it on the node channel
                """, shown(null));
        assertEquals("""
                heartbeat UDP 8890
                replication TCP 5604
                heartbeat UDP 8889 on beta
                replication TCP 5600 on beta
                """, shown(new PortPair(8889, 5600)));
    }

    @Test
    void anIdAloneHasNoPeer() {
        assertEquals("""
                heartbeat UDP 8890
                replication TCP 5608
                """, PortsView.byId("", 3).text());
    }
}
