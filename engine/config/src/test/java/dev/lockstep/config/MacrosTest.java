package dev.lockstep.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

/** Macros: what {@code %name%} becomes. */
class MacrosTest {
    private static final Map<String, String> ENVIRONMENT = Map.of("HOME", "/root", "PATH", "/bin", "ODD", "%HOME%");

    @ParameterizedTest(name = "{1} after {0} is {2}")
    @FieldSource("VALUES")
    void values(String macros, String written, String expected) {
        var config =
                Readings.valid(document(macros, written), Readings.context().withEnvironment(ENVIRONMENT));

        assertEquals(expected, config.user().orElseThrow().variables().get("V"));
    }

    static final List<Arguments> VALUES = List.of(
            Arguments.of("", "plain", "plain"),
            Arguments.of(macro("VM", "vm7"), "%VM%", "vm7"),
            Arguments.of(macro("VM", "vm7") + macro("ROOT", "/img"), "%ROOT%/%VM%_x", "/img/vm7_x"),
            Arguments.of(macro("EMPTY", ""), "[%EMPTY%]", "[]"),
            Arguments.of("", "%HOME%", "/root"),
            Arguments.of(macro("PATH", "mine"), "%PATH%", "mine"),
            Arguments.of(macro("A", "1") + macro("B", "%A%2"), "%B%", "12"),
            Arguments.of(macro("B", "%HOME%/b"), "%B%", "/root/b"),
            Arguments.of("", "%ODD%", "%HOME%"),
            Arguments.of("", "100%", "100%"),
            Arguments.of("", "50% of 20%", "50% of 20%"),
            Arguments.of("", "%-%", "%-%"),
            Arguments.of(macro("x", "low") + macro("X", "high"), "%x%%X%", "lowhigh"),
            Arguments.of(macro("D", "a$1\\b"), "%D%", "a$1\\b"));

    @ParameterizedTest(name = "{0}")
    @FieldSource("MISTAKES")
    void mistakes(Mistake mistake) {
        mistake.assertFoundIn(Readings.read(mistake.text(), Readings.context().withEnvironment(ENVIRONMENT))
                .diagnostics());
    }

    static final List<Mistake> MISTAKES = List.of(
            Mistake.error("undefined", document("\n", "%NONE%"), 2, "var@value", "%NONE% is neither a macro"),
            Mistake.error(
                    "mistyped",
                    document(macro("VMNAME", "a") + "\n", "%VMNMAE%"),
                    2,
                    "var@value",
                    "Did you mean %VMNAME%?"),
            Mistake.error(
                    "in another case", document(macro("vm", "a") + "\n", "%VM%"), 2, "var@value", "Did you mean %vm%?"),
            Mistake.error(
                    "itself", document("\n<macro name=\"A\" value=\"%A%\"/>", "x"), 2, "macro@value", "%A% is neither"),
            Mistake.error(
                    "defined below",
                    document("\n<macro name=\"A\" value=\"%B%\"/>\n" + macro("B", "1"), "x"),
                    2,
                    "macro@value",
                    "defined at line 3"),
            Mistake.error(
                    "twice",
                    document(macro("A", "1") + "\n" + macro("A", "2"), "x"),
                    2,
                    "macro@name",
                    "already defined at line 1"),
            Mistake.error(
                    "bad name", document("\n" + macro("A B", "1"), "x"), 2, "macro@name", "is no name for a macro"),
            Mistake.error("without value", document("\n<macro name=\"A\"/>", "x"), 2, "macro@value", "is missing"),
            Mistake.error("without name", document("\n<macro value=\"A\"/>", "x"), 2, "macro@name", "is missing"),
            Mistake.error(
                    "empty where a value is needed",
                    "<safe>\n<macro name=\"DIR\" value=\"\"/>\n" + replicated("%DIR%"),
                    2,
                    "macro@value",
                    "the macro DIR is empty and is used at line 3 for replicated@dir"),
            Mistake.error(
                    "empty as a part of a value",
                    "<safe>\n<macro name=\"VM\" value=\"\"/>\n" + replicated("images/%VM%"),
                    2,
                    "macro@value",
                    "Give the macro VM a value"),
            Mistake.error(
                    "a wrong value",
                    "<safe>\n<macro name=\"DIR\" value=\"srv\"/>\n" + replicated("%DIR%"),
                    2,
                    "macro@value",
                    "the macro DIR is used at line 3 for replicated@dir"),
            Mistake.warning(
                    "from the environment", document("\n", "%HOME%"), 2, "var@value", "taken from the environment"));

    private static String replicated(String directory) {
        return "<service mode=\"mirror\"><heart><heartbeat name=\"office\"/></heart><rfs><replicated dir=\"" + directory
                + "\"/></rfs></service></safe>";
    }

    @Test
    void macrosReachTheRulesToo() {
        var config = Readings.valid("<safe>" + macro("VM", "vm7") + """
                <service mode="mirror"><heart><heartbeat name="office"/></heart>
                  <check><custom ident="%VM%_alive" exec="vmcheck" arg="%VM%" when="prim"/></check>
                  <failover><![CDATA[ dead: if (custom.%VM%_alive == down) then stopstart(); ]]></failover>
                </service></safe>
                """);

        assertEquals("custom.vm7_alive", config.checkers().getFirst().resource());
        assertTrue(config.failover().rules().getFirst().when().toString().contains("vm7_alive"));
    }

    @Test
    void safeconfIsTheExpandedFileAndReadsTheSameWithoutAnEnvironment() {
        var reading = Readings.read(
                document(
                        macro("VM", "vm7") + macro("DIR", "/srv"),
                        "50% of %ODD% &lt;%VM%&gt;\"".replace("\"", "&quot;&#10;x")),
                Readings.context().withEnvironment(ENVIRONMENT));

        var safeconf = reading.safeconf();
        assertTrue(safeconf.contains("value=\"50% of %HOME% &lt;vm7&gt;&quot;&#10;x\""), safeconf);
        assertTrue(!safeconf.contains("<macro"), safeconf);
        var again = Readings.readApplied(safeconf);
        assertEquals(reading.config(), again.config(), () -> Readings.lines(again.diagnostics()));
    }

    private static String macro(String name, String value) {
        return "<macro name=\"" + name + "\" value=\"" + value + "\"/>";
    }

    private static String document(String macros, String value) {
        return "<safe>" + macros + "<service mode=\"mirror\"><heart><heartbeat name=\"office\"/></heart><user>"
                + "<var name=\"V\" value=\"" + value + "\"/></user></service></safe>";
    }
}
