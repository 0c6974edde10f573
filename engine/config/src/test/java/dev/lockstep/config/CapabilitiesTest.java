package dev.lockstep.config;

import static dev.lockstep.config.Readings.mirror;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the language allows and the engine cannot do yet is refused by name; the rest is not. */
class CapabilitiesTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "farm | <safe><service mode=\"farm\"><farm><lan name=\"office\"/></farm></service></s"
                        + "afe> | service@mode",
                "light | <safe><service mode=\"light\"/></safe> | service@mode",
                "reboot | <safe><service mode=\"mirror\" automatic_reboot=\"on\"><heart><heartbeat na"
                        + "me=\"office\"/></heart></service></safe> | service@automatic_reboot",
                "rfs scripts | rfs:scripts=\"on\" | rfs@scripts",
                "syncdelta | rfs:syncdelta=\"2\" | rfs@syncdelta",
                "syncat | rfs:syncat=\"0 2 * * *\" | rfs@syncat",
                "whole files | rfs:namespacepolicy=\"0\" | rfs@namespacepolicy",
                "vip | in:<vip><interface_list><interface><real_interface><virtual_addr addr=\"10.20."
                        + "0.50\" where=\"one_side\"/></real_interface></interface></interface_list></vip> | vi"
                        + "p",
                "vhost | in:<vhost><virtualhostname name=\"n\" envfile=\"e\"/></vhost> | vhost",
                "errd | in:<user/><errd><proc name=\"a\" class=\"prim\"/></errd> | errd",
                "checker | in:<check><custom ident=\"a\" exec=\"x\" when=\"prim\"/></check> | custom",
                "rules | in:<failover><![CDATA[ r: if (heartbeat.* == down) then stop(); ]]></failover> | failover",
                "Groovy rules | in:<failover><![CDATA[//Groovy Rules]]></failover> | failover",
            })
    void refusedByName(String what, String text, String subject) {
        var reading = Readings.read(document(text));

        assertTrue(reading.config().isPresent(), () -> Readings.lines(reading.diagnostics()));
        assertEquals(
                List.of(subject),
                reading.notYet().stream().map(Diagnostic::subject).toList());
        assertEquals(Severity.NOT_YET, reading.notYet().getFirst().severity());
        assertFalse(reading.isApplicable());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "connections | rfs:nbremconn=\"4\" | rfs@nbremconn | one connection is used",
                "acl off | rfs:acl=\"off\" | rfs@acl | always replicates ACLs",
                "packetsize | rfs:packetsize=\"65536\" | rfs@packetsize | no effect",
                "suffix | rfs:mountoversuffix=\"_x\" | rfs@mountoversuffix | renames nothing",
                "arp | <safe><service mode=\"mirror\"><heart permanent_arp=\"off\"><heartbeat name=\""
                        + "office\"/></heart></service></safe> | heart@permanent_arp | no effect",
            })
    void acceptedWithARemark(String what, String text, String subject, String fragment) {
        var reading = Readings.read(document(text));

        assertTrue(reading.isApplicable(), () -> Readings.lines(reading.notYet()));
        assertTrue(
                reading.diagnostics().stream()
                        .anyMatch(diagnostic -> diagnostic.severity() == Severity.INFO
                                && diagnostic.subject().equals(subject)
                                && diagnostic.problem().contains(fragment)),
                () -> Readings.lines(reading.diagnostics()));
    }

    @Test
    void whatIsSupportedIsApplicableWithoutARemark() {
        var reading = Readings.read("""
                <safe><service mode="mirror" boot="on" boot_delay="1" failover="off" defaultprim="lastprim" maxloop="1"
                    loop_interval="1" automatic_reboot="off">
                  <heart port="9000" pulse="1s" timeout="10s">
                    <heartbeat name="office"/><heartbeat name="cross" ident="flow" pulse="500" timeout="5s"/>
                  </heart>
                  <rfs acl="on" async="none" reipacketsize="65536" ruzone_blocksize="131072" locktimeout="10"
                   sendtimeout="10"
                       nbrei="2" namespacepolicy="4" reitimeout="10" reidetail="on" nbremconn="1" scripts="off"
                       checktime="100s" checkintv="100s" reiallowedbw="1000" syncdelta="0">
                    <replicated dir="/a" mode="read_only"><tocheck path="x"/><notreplicated path="y"/>
                      <notreplicated regexpath="!z"/></replicated>
                  </rfs>
                  <user nicestoptimeout="1" forcestoptimeout="1" logging="none" userlogsize="1"><var name="A"
                   value=""/></user>
                </service></safe>
                """);

        assertTrue(reading.isApplicable(), () -> Readings.lines(reading.notYet()));
        assertEquals(List.of(), reading.diagnostics());
    }

    @Test
    void aFileWithMistakesStillTellsWhatIsNotSupported() {
        var reading =
                Readings.read(mirror("<user nice=\"1\"/>\n<vhost><virtualhostname name=\"n\" envfile=\"e\"/></vhost>"));

        assertEquals(1, reading.errors().size());
        assertEquals(3, reading.notYet().getFirst().line());
    }

    private static String document(String text) {
        if (text.startsWith("rfs:")) {
            return mirror("<rfs " + text.substring(4) + "><replicated dir=\"/a\"/></rfs>");
        }
        return text.startsWith("in:") ? mirror(text.substring(3)) : text;
    }
}
