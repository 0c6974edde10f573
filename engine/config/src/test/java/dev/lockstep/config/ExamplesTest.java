package dev.lockstep.config;

import static dev.lockstep.config.Readings.lines;
import static dev.lockstep.config.Readings.read;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.core.config.AsyncMode;
import dev.lockstep.core.config.ServiceMode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Complete files, in the ways they are written in the field. */
class ExamplesTest {
    @Test
    void aMinimalMirrorWithTwoHeartbeats() {
        var config = Readings.valid("""
                <!DOCTYPE safe>
                <safe><service mode="mirror" boot="auto" boot_delay="20s">
                 <heart pulse="500ms" timeout="20s">
                  <heartbeat name="office"/>
                  <heartbeat name="cross" ident="flow" timeout="15s"/>
                 </heart>
                 <rfs async="none"><replicated dir="/srv/ledger" mode="read_only"/></rfs>
                 <user/>
                </service></safe>
                """);

        assertEquals(ServiceMode.MIRROR, config.service().mode());
        assertEquals(Duration.ofSeconds(20), config.service().bootDelay());
        var heart = config.heart().orElseThrow();
        assertEquals("cross", heart.flow().lan());
        assertEquals(Duration.ofMillis(500), heart.flow().pulse());
        assertEquals(Duration.ofSeconds(15), heart.flow().timeout());
        assertEquals("office", heart.heartbeats().getFirst().ident());
        var rfs = config.rfs().orElseThrow();
        assertEquals(AsyncMode.NONE, rfs.async());
        assertEquals("/srv/ledger", rfs.directories().getFirst().dir());
        assertTrue(config.user().isPresent());
    }

    @Test
    void anOldFileIsAccepted() {
        var reading = read("""
                <safe>
                <service mode="mirror" defaultprim="alone" maxloop="3" loop_interval="24" failover="on">
                 <heart pulse="700" timeout="30000"><heartbeat name="office" ident="flow"/></heart>
                 <rfs mountover="off" async="second" locktimeout="200" nbrei="3" nbremconn="4">
                   <replicated dir="/srv/data" mode="read_only"/>
                 </rfs>
                 <user nicestoptimeout="300" forcestoptimeout="300" logging="userlog"/>
                 <check><custom ident="probe" exec="probe.sh" when="prim"/></check>
                 <failover><![CDATA[ probe_down: if( custom.probe == down ) then restart(); ]]></failover>
                </service></safe>
                """);

        var config = reading.config().orElseThrow(() -> new AssertionError(lines(reading.diagnostics())));
        assertEquals(
                Duration.ofSeconds(200), config.rfs().orElseThrow().tuning().lockTimeout());
        assertEquals("probe_down", config.failover().rules().getFirst().label());
        assertTrue(lines(reading.diagnostics()).contains("info: rfs@mountover"), lines(reading.diagnostics()));
    }
}
