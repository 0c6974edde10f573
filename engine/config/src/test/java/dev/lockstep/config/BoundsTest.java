package dev.lockstep.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a configuration may cost the engine that reads it: no file, however it is written, takes its memory or its time. */
class BoundsTest {
    @Test
    void macrosThatContainMacrosAreRefusedWhereTheyGrowTooLong() {
        var text = new StringBuilder("<safe>\n<macro name=\"A0\" value=\"" + "x".repeat(100) + "\"/>\n");
        for (int i = 1; i <= 9; i++) {
            text.append("<macro name=\"A" + i + "\" value=\"" + ("%A" + (i - 1) + "%").repeat(8) + "\"/>\n");
        }
        text.append("<service mode=\"light\"><user><var name=\"V\" value=\"%A9%\"/></user></service></safe>");

        var reading = Readings.read(text.toString());

        var fault = reading.errors().getFirst();
        assertEquals("macro@value", fault.subject());
        assertEquals(6, fault.line(), "100 * 8^4 characters are more than 64 Ki");
        assertTrue(fault.problem().startsWith("with %A3% the value has more than 65536"), fault.problem());
        assertTrue(reading.errors().size() <= 2, "what contains it is not told of as well");
    }

    @Test
    void manyValuesThatAreLongTogetherAreRefused() {
        var text = new StringBuilder(
                "<safe><macro name=\"A\" value=\"" + "x".repeat(60_000) + "\"/><service mode=\"light\"><user>\n");
        for (int i = 1_000; i < 2_000; i++) {
            text.append("<var name=\"V" + i + "\" value=\"%A%\"/>\n");
        }

        var reading = Readings.read(text.append("</user></service></safe>").toString());

        assertEquals(1, reading.errors().size(), () -> Readings.lines(reading.diagnostics()));
        assertTrue(
                Readings.lines(reading.diagnostics()).contains("userconfig.xml:18:19: error: var@value: up to here"),
                () -> Readings.lines(reading.diagnostics()));
    }

    @Test
    void aVariableOfTheEnvironmentIsBoundedToo() {
        var reading = Readings.read(
                "<safe><service mode=\"light\"><user><var name=\"V\" value=\"%LONG%\"/></user></service></safe>",
                Readings.context().withEnvironment(Map.of("LONG", "x".repeat(70_000))));

        assertTrue(reading.errors().getFirst().problem().startsWith("with %LONG% the value"));
    }

    /** Whatever is built of macros, what is kept of it never exceeds what a file may have. */
    @Test
    void noNestingOfMacrosGetsLarge() {
        for (long seed = 1; seed <= 40; seed++) {
            var random = new Random(seed);
            var text = new StringBuilder("<safe>");
            int macros = 1 + random.nextInt(40);
            for (int i = 0; i < macros; i++) {
                text.append("<macro name=\"M" + i + "\" value=\"" + "y".repeat(random.nextInt(2_000)));
                for (int uses = random.nextInt(20); uses > 0 && i > 0; uses--) {
                    text.append("%M" + random.nextInt(i) + "%");
                }
                text.append("\"/>");
            }
            text.append("<service mode=\"mirror\"><heart><heartbeat name=\"office\"/></heart><user>");
            for (int i = 0; i < macros; i++) {
                text.append("<var name=\"V" + i + "\" value=\"%M" + i + "%\"/>");
            }
            text.append("</user></service></safe>");

            var reading = Readings.read(text.toString());

            if (reading.config().isPresent()) {
                long length = reading.config().get().user().orElseThrow().variables().values().stream()
                        .mapToLong(String::length)
                        .sum();
                assertTrue(length <= Macros.TOTAL_MAX, "seed " + seed);
                assertTrue(Readings.readApplied(reading.safeconf()).config().isPresent(), "seed " + seed);
            } else {
                assertFalse(reading.errors().isEmpty(), "seed " + seed);
            }
        }
    }

    /** What was written must be readable again when it is applied: quotes and the like take more room there. */
    @Test
    void theAppliedFormIsBoundedLikeTheFile() {
        var text = "<safe><service mode=\"mirror\"><heart><heartbeat name=\"office\"/></heart><user>"
                + ("<var name=\"V\" value='" + "\"".repeat(60_000) + "'/>")
                        .repeat(5)
                        .replace("\"V\"", "\"V\"")
                + "</user></service></safe>";

        var reading = Readings.read(text);

        assertTrue(reading.config().isEmpty(), "300,000 quotes are 1.8 MB of &quot;");
    }

    @Test
    void anExpressionThatBacktracksForEverIsMatchedAtOnce() throws PosixExpression.Invalid {
        var config = Readings.valid(Readings.mirror(
                "<rfs><replicated dir=\"/srv/a\">" + "<notreplicated regexpath=\"((a*)*)*b\"/></replicated></rfs>"));
        var filter = config.rfs().orElseThrow().directories().getFirst().filter();

        assertTrue(filter.isReplicated("a".repeat(250), false));
        assertFalse(filter.isReplicated("a".repeat(249) + "b", false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a{255}){255}",
                "((a{100}){100}){100}",
                "a{256}",
                "a{3,999999999}",
                "(a{200}){2,}b{200}(c{200}){3}",
                "a{999999999}",
                "(((((x{9}){9}){9}){9}){9}){9}"
            })
    void countedRepetitionsAreBounded(String expression) {
        assertThrows(PosixExpression.Invalid.class, () -> PosixExpression.translate(expression));
    }

    @Test
    void allExpressionsOfADirectoryAreBoundedTogether() {
        var many = "\n<notreplicated regexpath=\"[a-z]{250}\"/>".repeat(17);
        var reading = Readings.read(Readings.mirror("<rfs><replicated dir=\"/srv/a\">" + many + "</replicated></rfs>"));

        assertEquals(1, reading.errors().size(), () -> Readings.lines(reading.diagnostics()));
        assertTrue(reading.errors().getFirst().problem().contains("more than 4000 parts"));
    }

    @Test
    void moreDirectoriesThanAnEngineCanServeAreRefused() {
        var directories = new StringBuilder();
        for (int i = 0; i < 33; i++) {
            directories.append("<replicated dir=\"/srv/d" + i + "\"/>");
        }

        var reading = Readings.read(Readings.mirror("<rfs>" + directories + "</rfs>"));

        assertTrue(
                Readings.lines(reading.diagnostics()).contains("more than 32 directories"),
                () -> Readings.lines(reading.diagnostics()));
    }

    @Test
    void nobodyIsToldMoreThanHeCanRead() {
        var reading = Readings.read("<safe><service mode=\"light\"><user>"
                + "<var name=\"V\" value=\"%NONE%\"/>".repeat(3_000) + "</user></service></safe>");

        assertEquals(Diagnostics.KEPT_MAX + 1, reading.diagnostics().size());
        assertTrue(Readings.lines(reading.diagnostics()).contains("more to say than these 500 remarks"));
    }

    @Test
    void controlCharactersOfAFileDoNotReachATerminal() {
        var reading = Readings.read("<safe><service mode=\"\u009B2J\u0085x\"/></safe>");

        var lines = Readings.lines(reading.diagnostics());
        assertTrue(lines.contains("\\x9b2J\\x85x"), lines);
        assertTrue(lines.chars().noneMatch(c -> c != '\n' && Character.isISOControl(c)), lines);
    }

    @Test
    void aRuleOfThousandsOfComparisonsIsRefused() {
        var reading = Readings.read("<safe><service mode=\"light\"><failover><![CDATA[a: if (a.b == up"
                + " || a.b == up".repeat(4_000) + ") then stop();]]></failover></service></safe>");

        assertTrue(
                Readings.lines(reading.diagnostics()).contains("more than 500 comparisons"),
                () -> Readings.lines(reading.diagnostics()));
    }
}
