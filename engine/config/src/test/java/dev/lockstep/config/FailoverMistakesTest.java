package dev.lockstep.config;

import static dev.lockstep.config.Mistake.error;
import static dev.lockstep.config.Mistake.info;
import static dev.lockstep.config.Mistake.warning;
import static dev.lockstep.config.Readings.farm;
import static dev.lockstep.config.Readings.mirror;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Rules 31 to 33: failover rules. */
class FailoverMistakesTest {
    private static final String CHECKS =
            "<check><custom ident=\"a\" exec=\"x\" when=\"prim\" action=\"restart\"/></check>";

    @ParameterizedTest(name = "{0}")
    @FieldSource("MISTAKES")
    void mistakes(Mistake mistake) {
        mistake.assertFoundIn(Readings.read(mistake.text()).diagnostics());
    }

    static final List<Mistake> MISTAKES = List.of(
            error(
                    "no semicolon",
                    rules("r: if (custom.a == down) then stop()"),
                    3,
                    "failover",
                    "\";\" is expected, not the end"),
            error(
                    "position",
                    rules("r: if (custom.a == down) then stop();\n\n  s: if custom.a == down) then stop();"),
                    5,
                    "failover",
                    "\"(\" is expected, not \"custom.a\""),
            error(
                    "unknown action",
                    rules("r: if (custom.a == down) then reboot();"),
                    3,
                    "failover",
                    "\"reboot\" is no action"),
            error(
                    "wakeup",
                    rules("r: if (custom.a == up) then wakeup();"),
                    3,
                    "failover",
                    "for the engine's own rules"),
            error(
                    "assignment",
                    rules("r: if (custom.a == up) then rfs.uptodate=up;"),
                    3,
                    "failover",
                    "for the engine's own rules"),
            error(
                    "unknown state",
                    rules("r: if (custom.a == dwn) then stop();"),
                    3,
                    "failover",
                    "a resource or a state is expected, not \"dwn\""),
            error(
                    "cluster()",
                    rules("r: if (cluster() == down) then stop();"),
                    3,
                    "failover",
                    "for the engine's own rules"),
            error("state alone", rules("r: if (down) then stop();"), 3, "failover", "a state alone"),
            error("states compared", rules("r: if (down == up) then stop();"), 3, "failover", "compared with a state"),
            error(
                    "three compared",
                    rules("r: if (custom.a == custom.a == up) then stop();"),
                    3,
                    "failover",
                    "three things"),
            error(
                    "open comment",
                    rules("r: if (custom.a == up) then stop(); /* end"),
                    3,
                    "failover",
                    "comment is not closed"),
            error("no label", rules("if (custom.a == up) then stop();"), 3, "failover", "a label and a colon"),
            error(
                    "two languages",
                    rules("r: if (custom.a == up) then stop();\n--Lua Rules\n"),
                    4,
                    "failover",
                    "a second language"),
            error("Groovy in Lua", rules("--Lua Rules\n//Groovy Rules\n"), 4, "failover", "a second language"),
            error("other Lua", rules("--Lua Rules\nprint(1)\n"), 4, "failover", "//Groovy Rules"),
            error(
                    "bad state in Lua",
                    rules("--Lua Rules\nRules = Rules + { r=if_then(\"custom.a\",\"off\",Action.stop) }"),
                    4,
                    "failover",
                    "\"off\" is no state"),
            error(
                    "bad action in Lua",
                    rules("--Lua Rules\nRules = Rules + { r=if_then(\"custom.a\",\"up\",Action.halt) }"),
                    4,
                    "failover",
                    "Action.halt is no action"),
            error(
                    "remote in a farm",
                    farm("<check><custom ident=\"a\" exec=\"x\" when=\"both\"/></check><failov"
                            + "er><![CDATA[\nr: if (remote.custom.a == down) then stop();]]></failo"
                            + "ver>"),
                    3,
                    "failover",
                    "only a mirror"),
            error(
                    "handle_time",
                    mirror("<failover period=\"5s\" handle_time=\"7s\"/>"),
                    2,
                    "failover@handle_time",
                    "no multiple of the period of 5000 ms"),
            error("period", mirror("<failover period=\"4s\"/>"), 2, "failover@period", "the handle_time of 15000 ms"),
            error(
                    "label twice",
                    rules("r: if (custom.a == up) then stop();\nr: if (custom.a == up) then stop();"),
                    4,
                    "failover",
                    "the label r is that of the rule at line 3"),
            error(
                    "label of a default rule",
                    rules("ip_failure: if (custom.a == up) then stop();"),
                    3,
                    "failover",
                    "a default rule"),
            error(
                    "label of a generated rule",
                    rules("c_a: if (custom.a == up) then stop();"),
                    3,
                    "failover",
                    "the rule of the custom at line 2"),
            error(
                    "guard switched off",
                    rules("--Lua Rules\nRules.disable(\"rfs_notuptodate_server\")"),
                    4,
                    "failover",
                    "guards the data"),
            warning(
                    "unknown label switched off",
                    rules("--Lua Rules\nRules.disable(\"ip_failur\")"),
                    4,
                    "failover",
                    "Did you mean \"ip_failure\"?"),
            info(
                    "former label switched off",
                    rules("--Lua Rules\nRules.disable(\"tcp_failure\")"),
                    4,
                    "failover",
                    "older versions"),
            warning(
                    "resource nobody sets",
                    rules("r: if (custom.b == down) then stop();"),
                    3,
                    "failover",
                    "nothing in this module sets custom.b"),
            warning(
                    "waiting for ever",
                    rules("r: if (custom.aa == down) then wait();"),
                    3,
                    "failover",
                    "wait for ever"),
            warning(
                    "unknown class",
                    rules("r: if (disk.? == down) then stop();"),
                    3,
                    "failover",
                    "nothing in this module sets disk.?"),
            warning(
                    "! without parentheses",
                    rules("r: if (!custom.a == up) then stop();"),
                    3,
                    "failover",
                    "in parentheses"));

    private static String rules(String section) {
        return mirror(CHECKS + "<failover><![CDATA[\n" + section + "]]></failover>");
    }
}
