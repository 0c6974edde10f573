package dev.lockstep.config.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.config.rules.RuleSection.At;
import dev.lockstep.config.rules.RuleSection.Language;
import dev.lockstep.core.config.Condition;
import dev.lockstep.core.config.Condition.And;
import dev.lockstep.core.config.Condition.Comparison;
import dev.lockstep.core.config.Condition.Not;
import dev.lockstep.core.config.Condition.Or;
import dev.lockstep.core.config.Condition.Resource;
import dev.lockstep.core.config.Condition.State;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The languages of rules: what a text means. */
class RuleSectionTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '`',
            value = {
                "custom.a == down # custom.a=down",
                "custom.a==down # custom.a=down",
                "custom.a != down # custom.a/=down",
                "down == custom.a # custom.a=down",
                "custom.a # custom.a=up",
                "local.custom.a == up # custom.a=up",
                "remote.custom.a == unknown # remote.custom.a=unknown",
                "ip.192.168.1.10 == init # ip.192.168.1.10=init",
                "ip.fd00:77::1 == down # ip.fd00:77::1=down",
                "module.mysql_172.24.190.21 == down # module.mysql_172.24.190.21=down",
                "proc.\"my service\" == down # proc.my service=down",
                "heartbeat.* == down # heartbeat.*=down",
                "ip.? != up # ip.?/=up",
                "custom.a == remote.custom.a # custom.a=remote.custom.a",
                "a.x && b.y || c.z # ((a.x=up & b.y=up) | c.z=up)",
                "a.x || b.y && c.z # (a.x=up | (b.y=up & c.z=up))",
                "a.x || b.y || c.z # ((a.x=up | b.y=up) | c.z=up)",
                "(a.x || b.y) && c.z # ((a.x=up | b.y=up) & c.z=up)",
                "!a.x # !a.x=up",
                "!(a.x == down) # !a.x=down",
                "!a.x == down # !a.x=down",
                "!!a.x # !!a.x=up",
                "!a.x && b.y # (!a.x=up & b.y=up)",
                "(a.x) == down # a.x=down",
                "((a.x == down)) # a.x=down",
                "a.x==down&&b.y!=up # (a.x=down & b.y/=up)",
                "/* one */ a.x /* two */ == /**/ up # a.x=up"
            })
    void conditions(String text, String expected) {
        var section = RuleSection.read("label: if (" + text + ") then stop();");

        assertEquals(1, section.rules().size(), () -> section.remarks().toString());
        assertEquals(expected, show(section.rules().getFirst().value().when()));
    }

    @Test
    void aSectionOfRulesInAnyLayout() {
        var section = RuleSection.read("""

                /* both needed */
                no_gateway: if (ping.gw1 == down && ping.gw2 == down) then wait();
                bad_disk:if(local.custom.disk==down&&remote.custom.disk==up)then swap();
                a-b.c :
                  if ( ip.* == down )
                  then stopstart ( ) ;
                """);

        assertEquals(Language.LEGACY, section.language());
        assertEquals(
                List.of("no_gateway", "bad_disk", "a-b.c"),
                section.rules().stream().map(rule -> rule.value().label()).toList());
        assertEquals(
                List.of("WAIT", "SWAP", "STOPSTART"),
                section.rules().stream().map(rule -> rule.value().then().name()).toList());
        assertTrue(section.remarks().isEmpty());
    }

    @Test
    void theMistakesOfAllRulesAreFound() {
        var section = RuleSection.read(
                "a: if (x.y = down) then stop(); b: if (x.y == down) then halt(); c: if (x.y) then stop();");

        assertEquals(2, section.remarks().size());
        assertEquals(1, section.rules().size());
        assertEquals("\"halt\" is no action", section.remarks().getLast().problem());
    }

    @Test
    void theTwoFormsOfLua() {
        var section = RuleSection.read("""
                --Lua Rules
                -- a comment
                --[[ a longer
                     comment ]]
                Rules = Rules + { gw_lost=if_then("ping.gw","down",Action.wait), _group="checker" }
                Rules = Rules + {
                  one = if_then('custom.a', 'up', Action.stop),
                  ["two"] = if_then("remote.custom.b", "unknown", Action.swap);
                };
                Rules.disable("ip_failure")
                Rules.disable('t_x');
                """);

        assertEquals(Language.LUA, section.language());
        assertTrue(section.remarks().isEmpty(), () -> section.remarks().toString());
        assertEquals(
                List.of("gw_lost ping.gw=down WAIT", "one custom.a=up STOP", "two remote.custom.b=unknown SWAP"),
                section.rules().stream()
                        .map(At::value)
                        .map(rule -> rule.label() + " " + show(rule.when()) + " " + rule.then())
                        .toList());
        assertEquals("checker", section.rules().getFirst().value().group().orElseThrow());
        assertEquals(
                List.of("ip_failure", "t_x"),
                section.disabled().stream().map(At::value).toList());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "Rules = {}",
                "Rules = Rules + { a=if_then(\"x\",\"up\",Action.stop) }",
                "Rules = Rules + { a=if_then(\"x.y\",\"up\",Action.stop }",
                "Rules = Rules + { a=if_then(\"x.y\",\"up\",\"stop\") }",
                "Rules = Rules + { a=if_then(\"x.y\",\"up\" }",
                "Rules = Rules + { 1=if_then(\"x.y\",\"up\",Action.stop) }",
                "Rules.enable(\"a\")",
                "Rules.disable(a)",
                "os.execute(\"true\")",
                "Rules.disable(\"a"
            })
    void otherLuaIsRefused(String text) {
        assertEquals(1, RuleSection.read("--Lua Rules\n" + text).remarks().size());
    }

    @Test
    void groovyIsKeptForLater() {
        var section = RuleSection.read("  //Groovy Rules\ndisable \"ip_failure\"");

        assertEquals(Language.GROOVY, section.language());
        assertTrue(section.remarks().isEmpty());
    }

    private static String show(Condition condition) {
        return switch (condition) {
            case And and -> "(" + show(and.left()) + " & " + show(and.right()) + ")";
            case Or or -> "(" + show(or.left()) + " | " + show(or.right()) + ")";
            case Not not -> "!" + show(not.condition());
            case Comparison comparison ->
                comparison.resource().text()
                        + (comparison.equal() ? "=" : "/=")
                        + switch (comparison.with()) {
                            case Resource resource -> resource.text();
                            case State state -> state.name().toLowerCase(Locale.ROOT);
                        };
        };
    }
}
