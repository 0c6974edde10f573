package dev.lockstep.it.bench;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What is measured besides works that go on for a time. */
enum Extra {
    /** How long a full copy takes. */
    COPY,
    /** What a module costs that does nothing. */
    IDLE,
    /** How long a daemon takes to start. */
    START;

    /** The word that chooses it. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The words that choose. */
    static String keys() {
        return Arrays.stream(values()).map(Extra::key).collect(Collectors.joining(", "));
    }

    /** Those that go by words among these. */
    static Set<Extra> chosen(List<String> words) {
        return Arrays.stream(values())
                .filter(extra -> words.contains(extra.key()))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Extra.class)));
    }
}
