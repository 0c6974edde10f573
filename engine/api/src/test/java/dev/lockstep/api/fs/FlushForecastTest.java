package dev.lockstep.api.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Histories of an object as text: w a write, f a data flush, x anything else. A capital W is a write after which a flush is expected.
 * {@code (text)n} is the text n times.
 */
class FlushForecastTest {
    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        "one write and a flush,                     (wf)8 (Wf)20",
        "the last of three writes,                  (wwwf)8 (wwWf)20",
        "as many writes as may be,                  (wwwwwwwwf)8 (wwwwwwwWf)3",
        "seven intervals are not enough,            (wf)7 wwf",
        "more writes than that are no rhythm,       (wwwwwwwwwf)20 wwwwwwwww",
        "a file that is written only,               (w)100",
        "a file that is flushed only,               (f)100 w",
        "flushes in pairs,                          (wff)20",
        "one write and two in turn,                 (wfwwf)20",
        "a write after the expected flush,          (wf)8 Ww f (wf)8 Wf",
        "no flush any more,                         (wf)8 W (w)100",
        "no flush for long,                         (wf)8 W (w)100 f (wf)8 Wf",
        "a flush too early,                         (wwf)8 wWf wf (wwf)8 wWf",
        "a flush without a write,                   (wf)8 Wf f (wf)8 Wf",
        "something else between,                    (wf)8 Wf x (wf)8 Wf",
        "something else each time,                  (wxf)50",
        "something else after the expectation,      (wf)8 W x f (wf)8 Wf",
        "another rhythm,                            (wf)8 Ww f (wwf)7 wWf wWf",
    })
    void givenAHistory_thenAFlushIsExpectedExactlyWhereTheRhythmHasOne(String what, String history) {
        FlushForecast forecast = new FlushForecast();
        String expected = unfold(history);
        StringBuilder found = new StringBuilder();
        for (int i = 0; i < expected.length(); i++) {
            found.append(tell(forecast, expected.charAt(i)));
        }
        assertEquals(expected, found.toString(), what);
    }

    private static char tell(FlushForecast forecast, char step) {
        switch (step) {
            case 'f' -> forecast.flushed();
            case 'x' -> forecast.disturbed();
            default -> {
                return forecast.written() ? 'W' : 'w';
            }
        }
        return step;
    }

    private static String unfold(String history) {
        return java.util.regex.Pattern.compile("\\((\\w+)\\)(\\d+)")
                .matcher(history)
                .replaceAll(part -> part.group(1).repeat(Integer.parseInt(part.group(2))))
                .replace(" ", "");
    }
}
