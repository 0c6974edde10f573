package dev.lockstep.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The words of a command line after its verb, sorted into options and the rest. */
final class Arguments {
    private final String verb;
    private final Map<String, List<String>> options = new HashMap<>();
    private final List<String> words = new ArrayList<>();

    private Arguments(String verb) {
        this.verb = verb;
    }

    /**
     * Sorts words.
     *
     * @param verb for messages
     * @param known options the verb has, separated by blanks; those with a value end with {@code =}
     */
    static Arguments parse(String verb, String known, List<String> given) throws CommandFailure {
        Arguments arguments = new Arguments(verb);
        String padded = " " + known + " json help ";
        boolean onlyWords = false;
        for (int i = 0; i < given.size(); i++) {
            String word = given.get(i);
            if (onlyWords || word.length() < 2 || word.charAt(0) != '-') {
                arguments.words.add(word);
                continue;
            }
            if (word.equals("--")) {
                onlyWords = true;
                continue;
            }
            String name = word.substring(word.startsWith("--") ? 2 : 1);
            int equals = name.indexOf('=');
            String option = equals > 0 && word.startsWith("--") ? name.substring(0, equals) : name;
            if (padded.contains(" " + option + "= ")) {
                if (equals > 0 && word.startsWith("--")) {
                    arguments.put(option, name.substring(equals + 1));
                } else if (++i < given.size()) {
                    arguments.put(option, given.get(i));
                } else {
                    throw arguments.wrong("The option " + word + " needs a value.");
                }
            } else if (padded.contains(" " + option + " ")) {
                arguments.put(option, "");
            } else {
                throw arguments.wrong(
                        "'lockstep " + verb + "' has no option " + word + ".",
                        option.length() > 1 ? Suggestion.question("--" + option, longer(padded)) : "");
            }
        }
        return arguments;
    }

    private void put(String option, String value) {
        options.computeIfAbsent(option, name -> new ArrayList<>()).add(value);
    }

    /** The options of more than one letter. */
    private static List<String> longer(String padded) {
        return Arrays.stream(padded.replace("=", "").split(" "))
                .filter(name -> name.length() > 1)
                .map(name -> "--" + name)
                .toList();
    }

    /** A failure about the command line. */
    CommandFailure wrong(String message) {
        return wrong(message, "");
    }

    /** A failure about the command line, with what was probably meant. */
    CommandFailure wrong(String message, String question) {
        return new CommandFailure(
                ExitCode.INVALID, message, question + "'lockstep help " + verb + "' shows how it is used.");
    }

    /** The failure of a word that is none of those known after the verb. */
    CommandFailure unknown(String word, List<String> known) {
        return ReferenceVerbs.refusedAfter(verb, word)
                .orElseGet(() -> wrong(
                        "'" + verb + " " + word + "' is not known. After '" + verb + "' comes one of "
                                + String.join(", ", known) + ".",
                        Suggestion.question(word, known)));
    }

    boolean has(String option) {
        return options.containsKey(option);
    }

    /** The value of an option, the last one if it was given more than once; {@code otherwise} if it was not given. */
    String value(String option, String otherwise) {
        List<String> values = options.get(option);
        return values == null ? otherwise : values.getLast();
    }

    /** The value of an option that must be given. */
    String needed(String option, String what) throws CommandFailure {
        String value = value(option, "");
        if (value.isEmpty()) {
            throw wrong("'lockstep " + verb + "' needs " + what + ": -" + option + ".");
        }
        return value;
    }

    List<String> values(String option) {
        return options.getOrDefault(option, List.of());
    }

    /** The number of an option. */
    int number(String option, int otherwise) throws CommandFailure {
        String value = value(option, "");
        if (value.isEmpty()) {
            return otherwise;
        }
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException none) {
            throw wrong("'" + value + "' is no number.");
        }
    }

    /** Words that are no options. */
    List<String> words() {
        return words;
    }

    /** The word at a position; empty if there are fewer. */
    String word(int position) {
        return position < words.size() ? words.get(position) : "";
    }

    /** At most so many words are understood. */
    void atMost(int count) throws CommandFailure {
        if (words.size() > count) {
            throw wrong("'" + words.get(count) + "' is not understood here.");
        }
    }
}
