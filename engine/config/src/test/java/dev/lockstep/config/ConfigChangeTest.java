package dev.lockstep.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.core.config.ConfigChange;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may change while a module runs, and what may not. */
class ConfigChangeTest {
    private static final String BASE = """
            <safe><macro name="DIR" value="/a"/><service mode="mirror" boot="on">
              <heart pulse="700"><heartbeat name="office"/></heart>
              <rfs nbrei="6"><flow name="office"/><replicated dir="%DIR%"><notreplicated path="tmp"/></replicated></rfs>
              <user><var name="A" value="1"/></user>
              <errd><proc name="app" class="prim"/></errd>
              <check><custom ident="c" exec="x" when="prim"/></check>
              <failover period="5s"/>
            </service></safe>
            """;

    @ParameterizedTest(name = "{0} -> {1}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "boot=\"on\" | boot=\"off\" | service@boot | true",
                "boot=\"on\" | boot=\"on\" boot_delay=\"5\" | service@boot_delay | true",
                "boot=\"on\" | boot=\"on\" maxloop=\"5\" | service@maxloop | true",
                "boot=\"on\" | boot=\"on\" loop_interval=\"5\" | service@loop_interval | true",
                "boot=\"on\" | boot=\"on\" automatic_reboot=\"on\" | service@automatic_reboot | true",
                "boot=\"on\" | boot=\"on\" failover=\"off\" | service@failover | false",
                "boot=\"on\" | boot=\"on\" defaultprim=\"beta\" | service@defaultprim | false",
                "pulse=\"700\" | pulse=\"900\" | heart | true",
                "<heartbeat name=\"office\"/> | <heartbeat name=\"office\"/><heartbeat name=\"cross\"/> | heart | true",
                "nbrei=\"6\" | nbrei=\"5\" | rfs@nbrei | true",
                "nbrei=\"6\" | async=\"second\" | rfs@async | true",
                "nbrei=\"6\" | reitimeout=\"9\" | rfs@reitimeout | true",
                "nbrei=\"6\" | reidetail=\"on\" | rfs@reidetail | true",
                "<flow name=\"office\"/> | <flow name=\"cross\"/> | flow | true",
                "nbrei=\"6\" | locktimeout=\"9\" | rfs@locktimeout | false",
                "nbrei=\"6\" | acl=\"on\" | rfs@acl | false",
                "nbrei=\"6\" | syncdelta=\"5\" | rfs@syncdelta | false",
                "nbrei=\"6\" | reiallowedbw=\"5\" | rfs@reiallowedbw | false",
                "path=\"tmp\" | path=\"temp\" | replicated | false",
                "value=\"/a\" | value=\"/b\" | replicated | false",
                "value=\"1\" | value=\"2\" | user | true",
                "name=\"app\" | name=\"app2\" | errd | true",
                "exec=\"x\" | exec=\"x\" action=\"restart\" | check | true",
                "period=\"5s\" | period=\"3s\" | failover | false",
                "<user> | <vhost><virtualhostname name=\"n\" envfile=\"e\"/></vhost><user> | vhost | false",
                "<user> | <vip/><user> | vip | false",
            })
    void oneChange(String before, String after, String name, boolean whileRunning) {
        assertTrue(BASE.contains(before));

        var change = ConfigChange.between(Readings.valid(BASE), Readings.valid(BASE.replace(before, after)));

        assertEquals(List.of(new ConfigChange.Part(name, whileRunning)), change.parts());
        assertEquals(whileRunning, change.isPossibleWhileRunning());
    }

    @Test
    void oneStaticChangeRefusesAllOfThem() {
        var after = BASE.replace("pulse=\"700\"", "pulse=\"800\"").replace("path=\"tmp\"", "path=\"x\"");

        var change = ConfigChange.between(Readings.valid(BASE), Readings.valid(after));

        assertEquals(2, change.parts().size());
        assertEquals(List.of("replicated"), change.needsStop());
    }

    @Test
    void anotherSpellingIsNoChange() {
        var after = BASE.replace("pulse=\"700\"", "pulse=\"700ms\"")
                .replace("nbrei=\"6\"", "")
                .replace("value=\"/a\"", "value=\"//a/\"");

        assertTrue(ConfigChange.between(Readings.valid(BASE), Readings.valid(after))
                .isEmpty());
    }

    @Test
    void replicationThatBeginsOrEndsNeedsAStop() {
        var after = BASE.replaceAll("(?s)<rfs.*</rfs>", "");

        var change = ConfigChange.between(Readings.valid(BASE), Readings.valid(after));

        assertTrue(change.needsStop().contains("rfs"));
    }
}
