package dev.lockstep.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;

/** The help: one text per verb and one about all, kept as resources so that they cost nothing until they are asked for. */
final class Help {
    private Help() {}

    /** Shows the text about a verb, or about all of them for an empty name. */
    static int show(String verb, PrintStream out) throws CommandFailure {
        String name = verb.isEmpty() ? "all" : verb;
        try (InputStream text = Help.class.getResourceAsStream("help/" + name + ".txt")) {
            if (text == null) {
                String near = Suggestion.of(verb, new Verbs().all())
                        .map(meant -> "Did you mean '" + meant.name() + "'? ")
                        .orElse("");
                throw new CommandFailure(
                        ExitCode.INVALID,
                        "There is no help on '" + verb + "'.",
                        near + "'lockstep help' shows all commands.");
            }
            text.transferTo(out);
            out.flush();
            return ExitCode.DONE;
        } catch (IOException damaged) {
            throw new CommandFailure(ExitCode.FAILED, "The help cannot be read: " + damaged.getMessage() + ".", "");
        }
    }
}
