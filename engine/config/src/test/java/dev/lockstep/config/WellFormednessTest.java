package dev.lockstep.config;

import static dev.lockstep.config.Mistake.error;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What is not well-formed is shown where the mistake is, not where the parser noticed it. */
class WellFormednessTest {
    @ParameterizedTest(name = "{0}")
    @FieldSource("MISTAKES")
    void mistakes(Mistake mistake) {
        mistake.assertFoundIn(Readings.read(mistake.text()).diagnostics());
    }

    static final List<Mistake> MISTAKES = List.of(
            error(
                    "an element that is not closed",
                    "<safe>\n<service mode=\"light\">\n<user>\n<var name=\"a\" value=\"b\"/>\n</service>\n</safe>",
                    3,
                    "",
                    "<user> is opened here and not closed before </service> at line 5"),
            error(
                    "the last element not closed",
                    "<safe>\n<service mode=\"light\"/>\n",
                    1,
                    "",
                    "before the end of the file"),
            error(
                    "an end tag mistyped",
                    "<safe>\n<service mode=\"light\">\n<user>\n</usr>\n</service>\n</safe>",
                    4,
                    "",
                    "Write </user>"),
            error(
                    "an end tag too many",
                    "<safe>\n<service mode=\"light\">\n<user/>\n</user>\n</service>\n</safe>",
                    4,
                    "",
                    "</user> ends no open element"),
            error(
                    "a missing quote before another attribute",
                    "<safe>\n<macro name=\"A value=\"b\"/>\n<service mode=\"light\"/>\n</safe>",
                    2,
                    "",
                    "the value of the attribute name has no quote at its end"),
            error(
                    "a missing quote before the next line",
                    "<safe>\n<macro name=\"A\" value=\"b/>\n<service mode=\"light\"/>\n</safe>",
                    2,
                    "",
                    "the value of the attribute value has no quote at its end"),
            error(
                    "a tag without an end",
                    "<safe>\n<service mode=\"light\"\n<user/>\n</service>\n</safe>",
                    2,
                    "",
                    "the tag <service is not finished"),
            error(
                    "a comment without an end",
                    "<safe>\n<!-- one\n<service mode=\"light\"/>\n</safe>\n",
                    2,
                    "",
                    "this comment has no end"),
            error(
                    "a plain ampersand",
                    "<safe>\n<macro name=\"A\" value=\"a & b\"/>\n<service mode=\"light\"/>\n</safe>",
                    2,
                    "",
                    "Write &amp; for it"),
            error(
                    "an ampersand before a word",
                    "<safe>\n<macro name=\"A\" value=\"?a=1&b=2\"/>\n<service mode=\"light\"/>\n</safe>",
                    2,
                    "",
                    "Write &amp; for it"),
            error(
                    "an unknown name",
                    "<safe>\n<macro name=\"A\" value=\"&nbsp;\"/>\n<service mode=\"light\"/>\n</safe>",
                    2,
                    "",
                    "&nbsp; is not defined"));
}
