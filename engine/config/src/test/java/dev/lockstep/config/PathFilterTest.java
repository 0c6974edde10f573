package dev.lockstep.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.re2j.Pattern;
import dev.lockstep.core.config.PathExpression;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is left out of a replicated directory. */
class PathFilterTest {
    @ParameterizedTest(name = "{0}: {1} directory {2} is replicated: {3}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "`` ; a/b ; false ; true",
                "path=cache ; cache ; true ; false",
                "path=cache ; cache/x/y ; false ; false",
                "path=cache ; cached ; false ; true",
                "path=cache ; a/cache ; false ; true",
                "path=./a//b/ ; a/b ; false ; false",
                "regexpath=.*\\.(tmp|lock)$ ; x.tmp ; false ; false",
                "regexpath=.*\\.(tmp|lock)$ ; deep/down/x.lock ; false ; false",
                "regexpath=.*\\.tmp$ ; conf/config.tmp.swap ; false ; true",
                "regexpath=.*\\.tmp$ ; work.tmp ; true ; false",
                "regexpath=.*\\.tmp$ ; work.tmp/keep.txt ; false ; false",
                "regexpath=TMP ; x.tmp ; false ; true",
                "regexpath=^log/ ; log ; true ; true",
                "regexpath=^log/ ; log/x ; false ; false",
                "regexpath=!.*\\.mdf$ ; base.mdf ; false ; true",
                "regexpath=!.*\\.mdf$ ; base.txt ; false ; false",
                "regexpath=!.*\\.mdf$ ; any/dir ; true ; true",
                "regexpath=!.*\\.mdf$ & regexpath=!.*\\.ldf$ ; a/b.ldf ; false ; true",
                "regexpath=!.*\\.mdf$ & path=old ; old/b.mdf ; false ; false",
                "regexpath=!\\.mdf$ & regexpath=^tmp ; tmp/b.mdf ; false ; false",
                "regexpath=a.c ; `a\nc` ; false ; false",
                "regexpath=x$ ; `x\n` ; false ; true",
                "regexpath=a$|b$ ; a/c ; false ; false",
                "regexpath=a$|b$ ; ac/b ; false ; false",
                "regexpath=a$|b$ ; ac/bc ; false ; true",
                "regexpath=(a$)b ; a/b ; false ; true",
                "regexpath=a\\\\z ; a\\z/b ; false ; false",
                "regexpath=a\\\\z ; a/b ; false ; true",
                "regexpath=a\\b ; a/c ; false ; false",
                "regexpath=a-\\B ; a-/c ; false ; false",
                "regexpath=a-\\B ; a-c ; false ; true",
            })
    void filter(String left, String path, boolean directory, boolean expected) {
        var content = new StringBuilder();
        for (var one : left.split(" & ", -1)) {
            if (!one.isEmpty()) {
                content.append("<notreplicated ")
                        .append(one.replaceFirst("=", "=\""))
                        .append("\"/>");
            }
        }
        var config =
                Readings.valid(Readings.mirror("<rfs><replicated dir=\"/srv/a\">" + content + "</replicated></rfs>"));

        var filter = config.rfs().orElseThrow().directories().getFirst().filter();

        assertEquals(expected, filter.isReplicated(path, directory));
        assertTrue(filter.isReplicated("", true));
    }

    /** The word of {@code isReplicated}: an object is left out when it, or a directory above it, matches. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a$", "^a", "b|ab$", "^b$", "a$|b", "[^b]$", "a.b$", "(a|b)$", "a\\b", "^$", "$a", "b/a$", "a/", "ba*$"
            })
    void anExpressionLeavesOutWhatItMatchesAndEverythingBelow(String expression) throws Exception {
        var random = new Random(7);
        var pattern = new PathExpression(expression, PosixExpression.translate(expression), false, false).pattern();
        var filter = Readings.valid(Readings.mirror("<rfs><replicated dir=\"/srv/a\"><notreplicated regexpath=\""
                        + expression + "\"/></replicated></rfs>"))
                .rfs()
                .orElseThrow()
                .directories()
                .getFirst()
                .filter();
        for (int i = 0; i < 2_000; i++) {
            var path = Stream.generate(() -> "abc".charAt(random.nextInt(3)) + (random.nextBoolean() ? "b" : ""))
                    .limit(1 + random.nextInt(5))
                    .collect(Collectors.joining("/"));
            boolean left = false;
            for (int end = 0; end <= path.length(); end++) {
                if (end == path.length() || path.charAt(end) == '/') {
                    left |= pattern.matcher(path.substring(0, end)).find();
                }
            }
            assertEquals(!left, filter.isReplicated(path, false), expression + " and " + path);
        }
    }

    @ParameterizedTest(name = "{0} matches {1}: {2}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "^[[:digit:]]+$ ; 042 ; true",
                "^[[:digit:]]+$ ; 04a ; false",
                "^[^[:space:]_]*$ ; a-b ; true",
                "^[[:alpha:]_][[:alnum:]_]*$ ; _a9 ; true",
                "^[]a]+$ ; ]a] ; true",
                "^[^]]$ ; ] ; false",
                "^[\\d]+$ ; \\d ; true",
                "^[a&&b]+$ ; a&b ; true",
                "^[[]$ ; [ ; true",
                "a{2,3}$ ; aa ; true",
                "a{x ; a{x ; true",
                "a} ; a} ; true",
                "a\\.b ; axb ; false",
                "(a|b)c ; bc ; true",
                "\\(a\\) ; (a) ; true",
                "\\w+\\s ; `ab ` ; true",
            })
    void posixExpressions(String posix, String text, boolean expected) throws PosixExpression.Invalid {
        var pattern = Pattern.compile(PosixExpression.translate(posix), Pattern.DOTALL);

        assertEquals(expected, pattern.matcher(text).find(), pattern.pattern());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[a",
                "(a",
                "a)",
                "*a",
                "a|*b",
                "(?i)a",
                "(?=a)",
                "a**",
                "a+?",
                "[[:foo:]]",
                "[[.a.]]",
                "\\d",
                "a\\",
                "[b-a]",
                "a{3,2}"
            })
    void noExpressions(String posix) {
        assertThrows(PosixExpression.Invalid.class, () -> PosixExpression.translate(posix));
    }
}
