package dev.lockstep.config;

import static dev.lockstep.config.Readings.farm;
import static dev.lockstep.config.Readings.lines;
import static dev.lockstep.config.Readings.mirror;
import static dev.lockstep.config.Readings.read;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.core.config.AsyncMode;
import dev.lockstep.core.config.BootMode;
import dev.lockstep.core.config.DefaultPrimary;
import dev.lockstep.core.config.FailoverConfig;
import dev.lockstep.core.config.NamespacePolicy;
import dev.lockstep.core.config.RfsConfig;
import dev.lockstep.core.config.RfsConfig.RfsTuning;
import dev.lockstep.core.config.ServiceConfig;
import dev.lockstep.core.config.ServiceMode;
import dev.lockstep.core.config.UserConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

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

    @ParameterizedTest(name = "{0}")
    @FieldSource("EVERY_CONSTRUCTION_OF_THE_LANGUAGE_LOADS")
    void everyConstructionOfTheLanguageLoads(String what, String text) {
        var context = ModuleContext.of("ledger", Readings.threeNodes());

        var reading = read(text, context.withEnvironment(Map.of("HOME", "/root")));

        assertTrue(reading.config().isPresent(), () -> lines(reading.diagnostics()));
        var again = Readings.readApplied(reading.safeconf(), context);
        assertEquals(reading.config(), again.config(), () -> lines(again.diagnostics()));
    }

    static final List<Arguments> EVERY_CONSTRUCTION_OF_THE_LANGUAGE_LOADS = List.of(
            Arguments.of("virtual address of a mirror", mirror("""
                        <vip tcpreset="on"><interface_list>
                         <interface check="on" arpreroute="on" arpinterval="30s" arpelapse="10m">
                          <real_interface><virtual_addr addr="10.20.0.50" where="one_side_alias" connections="on"/>
                           </real_interface>
                         </interface>
                        </interface_list></vip>""")),
            Arguments.of("farm with groups", """
                        <safe><service mode="farm" boot="on">
                         <farm slost_count="40" mlost_count="80"><lan name="office"/></farm>
                         <vip>
                          <interface_list><interface><virtual_interface type="vmac_directed">
                            <virtual_addr addr="10.20.0.60" where="alias"/></virtual_interface></interface>
                             </interface_list>
                          <loadbalancing_list>
                           <group name="web">
                            <cluster><host name="alpha" power="2"/><host name="beta" power="1"/><host name="gamma"
                             power="0"/></cluster>
                            <rule port="443" proto="tcp" filter="on_addr"/>
                            <rule proto="arp" filter="on_addr"/>
                           </group>
                           <group name="dir"><rule virtual_addr="10.20.0.60" port="636" proto="tcp" filter="on_port"/>
                            </group>
                           <group name="syslog">
                            <cluster><host name="alpha" power="4096"/><host name="beta" power="64"/>
                             <host name="gamma" power="1"/></cluster>
                            <rule port="514" proto="udp" filter="on_ipid"/>
                           </group>
                          </loadbalancing_list>
                         </vip>
                         <user nicestoptimeout="2m" forcestoptimeout="30s"/>
                         <check><tcp ident="front" when="both" action="restart"><to addr="127.0.0.1" port="8443"
                          interval="5s" timeout="2s"/></tcp></check>
                        </service></safe>"""),
            Arguments.of("slow application of a farm", farm("<vip scriptcontrol=\"on\"><loadbalancing_list/></vip>")),
            Arguments.of("checkers", mirror("""
                        <check>
                         <tcp ident="front" when="prim"><to addr="127.0.0.1" port="8443"/></tcp>
                         <tcp ident="db" when="pre" action="wait"><to addr="10.20.0.70" port="5432"/></tcp>
                         <ping ident="gw"><to addr="10.20.0.1"/></ping>
                         <intf ident="backup_net"><to local_addr="10.30.0.11"/></intf>
                         <ip ident="second_vip"><to addr="10.20.0.51" interval="15s"/></ip>
                         <custom ident="queue" exec="queue_depth" arg="5000" when="prim" action="stopstart"/>
                         <splitbrain ident="witness" exec="ping" arg="10.20.0.1 10.40.0.1"/>
                         <module name="ledgerdb" ident="db"><to addr="10.20.0.50" port="9453" secure="on"
                          interval="20s"/></module>
                        </check>""")),
            Arguments.of("supervision", mirror("""
                        <errd polltimer="10s">
                         <proc name="java" argregex=".*-Dapp=ledger.*" action="restart" class="prim" start_after="4"/>
                         <proc name="ledger-api" service="yes" action="restart"
                          restart_services="ledger-api, ledger-report" class="prim"/>
                         <proc name="worker" nameregex="wrk_[0-9]+" atleast="2" atmax="8" action="stopstart"
                          class="prim"/>
                         <proc name="agentd" action="fix_agent" class="agent"/>
                        </errd>
                        <user/>""")),
            Arguments.of(
                    "virtual host name from a macro",
                    "<safe><macro name=\"HA_NAME\" value=\"ledger-ha\"/>"
                            + mirror("<vhost><virtualhostname name=\"%HA_NAME%\" envfile=\""
                                            + "hostenv\" when=\"prim\"/></vhost>")
                                    .substring(6)),
            Arguments.of("files left out", mirror("""
                        <rfs><replicated dir="/srv/ledger" mode="read_only">
                         <tocheck path="CURRENT"/>
                         <notreplicated path="cache"/>
                         <notreplicated regexpath=".*\\.(tmp|lock)$"/>
                        </replicated></rfs>""")),
            Arguments.of("macros", """
                        <!DOCTYPE safe>
                        <safe>
                        <macro name="VM" value="vm7"/><macro name="ROOT" value="/var/images"/>
                        <service mode="mirror"><heart><heartbeat name="office"/></heart>
                        <rfs><replicated dir="%ROOT%/%VM%"/></rfs>
                        <check><custom ident="%VM%_alive" exec="vmcheck" arg="%VM%" when="prim" action="restart"/>
                         </check>
                        <user><var name="VM" value="%VM%"/><var name="ADMIN_HOME" value="%HOME%"/></user>
                        </service></safe>"""),
            Arguments.of("rules", mirror("""
                        <check>
                         <ping ident="gw1" when="pre" action="noaction"><to addr="10.20.0.1"/></ping>
                         <ping ident="gw2" when="pre" action="noaction"><to addr="10.20.0.2"/></ping>
                         <custom ident="disk" exec="disktest" when="pre" action="noaction"/>
                        </check>
                        <failover period="2s" handle_time="6s">
                        <![CDATA[
                         /* both needed */
                         no_gateway: if (ping.gw1 == down && ping.gw2 == down) then wait();
                         bad_disk: if (local.custom.disk == down && remote.custom.disk == up) then swap();
                         every_ip_lost: if (ip.* == down) then stopstart();
                        ]]>
                        <![CDATA[--Lua Rules
                         Rules.disable("ip_failure")
                        ]]>
                        <![CDATA[//Groovy Rules
                         disable "interface_failure"
                        ]]>
                        </failover>""")),
            Arguments.of(
                    "preferred node", mirror("").replace("mode=\"mirror\"", "mode=\"mirror\" defaultprim=\"beta\"")),
            Arguments.of("light module", """
                        <safe><service mode="light" maxloop="5" loop_interval="12h">
                         <user/>
                         <errd><proc name="printd" action="restart" class="both"/></errd>
                         <check><module name="lead"/></check>
                        </service></safe>"""),
            Arguments.of(
                    "availability before data",
                    mirror("<rfs syncdelta=\"10m\" syncat=\"0 2 * * *\"><replicated dir=\"/a\"/></rfs>")
                            .replace("mode=\"mirror\"", "mode=\"mirror\" failover=\"off\"")),
            Arguments.of("addresses instead of names", """
                        <safe><service mode="mirror"><heart>
                         <heartbeat><server addr="10.20.0.11"/><server addr="10.20.0.12"/></heartbeat>
                         <heartbeat ident="flow"><server addr="10.30.0.11"/><server addr="10.30.0.12"/></heartbeat>
                        </heart>
                        <rfs><flow><server addr="10.30.0.11"/><server addr="10.30.0.12"/></flow><replicated dir="/a"/>
                         </rfs>
                        </service></safe>"""),
            Arguments.of("a schema for the editor", """
                        <safe xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                              xsi:noNamespaceSchemaLocation="userconfig.xsd"><service mode="light"/></safe>"""));

    @Test
    void aTemplateWithCommentsEverywhere() {
        var config = Readings.valid("""
                <!-- Mirror template
                     <heartbeat name="not this one"/> -->
                <!DOCTYPE safe>
                <!-- before -->
                <safe>
                  <!-- Set the name of the network -->
                  <macro name="DIR" value="/srv/app" />  <!-- the data -->
                  <service mode="mirror" defaultprim="alone" maxloop="3" loop_interval="24" failover="on"
                  >
                    <heart pulse="700" timeout="30000">
                      <!-- empty: not filled in -->
                      <heartbeat name="" ident="flow">
                      </heartbeat>
                    </heart>
                    <rfs mountover="off" async="second" acl="off" locktimeout="200" nbrei="3" iotimeout="300">
                      <!-- <replicated dir="/old" mode="read_only" /> -->
                      <replicated dir="%DIR%" mode="read_only">
                        <!-- <tocheck path="x"/> -->
                      </replicated>
                    </rfs>
                    <vip>
                      <interface_list>
                        <!-- <interface check="on"> -->
                      </interface_list>
                    </vip>
                    <user nicestoptimeout="300" forcestoptimeout="300" logging="userlog" userlogsize="2048" />
                    <vhost/>
                    <errd polltimer="30"/>
                    <check></check>
                    <failover>
                      <!-- no rule -->
                    </failover>
                  </service>
                </safe>
                <!-- after -->
                """);

        var heartbeat = config.heart().orElseThrow().heartbeats().getFirst();
        assertEquals("office", heartbeat.lan());
        assertEquals("flow", heartbeat.ident());
        assertEquals(
                "/srv/app", config.rfs().orElseThrow().directories().getFirst().dir());
        assertEquals(AsyncMode.SECOND, config.rfs().orElseThrow().async());
        assertEquals(FailoverConfig.NONE, config.failover());
    }

    @Test
    void defaultsAreThoseOfTheLanguage() {
        var config = Readings.valid(mirror("<rfs><replicated dir=\"/a\"/></rfs><user/>"));

        assertEquals(
                new ServiceConfig(
                        ServiceMode.MIRROR,
                        BootMode.IGNORE,
                        Duration.ZERO,
                        true,
                        new DefaultPrimary.Alone(),
                        3,
                        Duration.ofHours(24),
                        false),
                config.service());
        var heart = config.heart().orElseThrow();
        assertEquals(Duration.ofMillis(700), heart.pulse());
        assertEquals(Duration.ofSeconds(30), heart.timeout());
        assertEquals(8890, heart.effectivePort(3));
        assertEquals(5608, RfsConfig.port(3));
        var rfs = config.rfs().orElseThrow();
        assertEquals(AsyncMode.DURABLE_AT_SYNC, rfs.async());
        assertEquals(
                new RfsTuning(
                        OptionalInt.empty(),
                        RfsTuning.DEFAULT_SIZE,
                        RfsTuning.DEFAULT_SIZE,
                        Duration.ofSeconds(100),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(150),
                        6,
                        0,
                        OptionalInt.empty(),
                        1,
                        Duration.ofSeconds(45),
                        Duration.ofSeconds(5)),
                rfs.tuning());
        assertEquals(NamespacePolicy.RESUMABLE, rfs.namespacePolicy());
        assertEquals(
                new UserConfig(Duration.ofMinutes(5), Duration.ofMinutes(5), true, 2048, new LinkedHashMap<>()),
                config.user().orElseThrow());
        assertEquals(FailoverConfig.NONE, config.failover());
    }

    @Test
    void theHostsOwnNameStandsForItsNode() {
        var text = mirror("").replace("mode=\"mirror\"", "mode=\"mirror\" defaultprim=\"alpha.example\"");

        var reading = read(text, Readings.context().withSite(FakeSite.ALPHA));

        var config = reading.config().orElseThrow(() -> new AssertionError(lines(reading.diagnostics())));
        assertEquals(new DefaultPrimary.Node("alpha"), config.service().defaultPrimary());
        assertEquals(reading.config(), Readings.readApplied(reading.safeconf()).config());
    }

    @Test
    void theAppliedFormNamesTheLanOfAnEmptyHeartbeatName() {
        var reading = read(mirror("").replace("\"office\"", "\"\""));

        assertTrue(reading.safeconf().contains("<heartbeat name=\"office\"/>"), reading.safeconf());
    }
}
