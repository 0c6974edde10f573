package dev.lockstep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.cli.Verbs.Verb;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SuggestionTest {
    private final Collection<Verb> verbs = new Verbs().all();

    @ParameterizedTest
    @CsvSource(textBlock = """
            stat,      state
            stats,     state
            status,    state
            stare,     state
            sta,       state
            st,        state
            strat,     start
            star,      start
            strt,      start
            sto,       stop
            stpo,      stop
            pirm,      prim
            swpa,      swap
            et,        get
            lo,        log
            logs,      logsave
            logd,      log
            conf,      confinfo
            confg,     config
            confchek,  confcheck
            waitstat,  waitstate
            shut,      shutdown
            """)
    void aWordIsTakenForTheNearestVerb(String word, String verb) {
        assertEquals(Optional.of(verb), suggested(word));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "go", "dance", "reboot-now", "STATE"})
    void aWordThatIsNearToNothingIsNotGuessed(String word) {
        assertEquals(Optional.empty(), suggested(word));
    }

    @Test
    void oneSlipInAVerbThatShowsNeverSuggestsOneThatChanges() {
        for (Verb meant : verbs) {
            if (meant.shows()) {
                for (String typed : slipsIn(meant.name())) {
                    if (!beginsAChange(typed)) {
                        Optional<Verb> guess = Suggestion.of(typed, verbs);
                        assertTrue(guess.isPresent() && guess.get().shows(), () -> typed + " suggests " + guess);
                    }
                }
            }
        }
    }

    /** Such a word is a verb that changes something, or cannot well be meant as anything else. */
    private boolean beginsAChange(String word) {
        return verbs.stream().anyMatch(verb -> !verb.shows() && verb.name().startsWith(word));
    }

    private static Set<String> slipsIn(String verb) {
        Set<String> slips = new TreeSet<>();
        for (int i = 0; i < verb.length(); i++) {
            String before = verb.substring(0, i);
            String after = verb.substring(i + 1);
            slips.add(before + after);
            if (i > 0) {
                slips.add(verb.substring(0, i - 1) + verb.charAt(i) + verb.charAt(i - 1) + after);
            }
            for (char letter = 'a'; letter <= 'z'; letter++) {
                slips.add(before + letter + after);
                slips.add(before + letter + verb.substring(i));
                slips.add(verb + letter);
            }
        }
        return slips;
    }

    private Optional<String> suggested(String word) {
        return Suggestion.of(word, verbs).map(Verb::name);
    }
}
