package dev.lockstep.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Launches the command. */
public final class Main {
    private Main() {}

    /** The launcher. */
    public static void main(String[] words) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        int exit = run(List.of(words), System.getenv(), out, err);
        out.flush();
        System.exit(exit);
    }

    /**
     * Carries a command line out.
     *
     * @param words verb and arguments
     * @param environment LOCKSTEP_HOME, LOCKSTEP_VAR and SAFEMODULE are looked at
     * @return the exit code
     */
    static int run(List<String> words, Map<String, String> environment, PrintStream out, PrintStream err) {
        try {
            String verb = words.isEmpty() ? "help" : words.getFirst();
            List<String> rest = words.isEmpty() ? List.of() : words.subList(1, words.size());
            return switch (verb) {
                case "help", "--help", "-h" -> Help.show(rest.isEmpty() ? "" : rest.getFirst(), out);
                case "-p" -> places(environment, out);
                case "--version", "-V", "version" -> version(out);
                default -> run(new Verbs().find(verb), rest, environment, out, err);
            };
        } catch (CommandFailure failure) {
            return told(failure, words, out, err);
        } catch (RuntimeException defect) {
            // uncaught it would end the process with 1, which says that the answer is no
            return told(
                    new CommandFailure(
                            ExitCode.FAILED, "The command has a defect: " + defect + ".", "Please report it."),
                    words,
                    out,
                    err);
        }
    }

    private static int told(CommandFailure failure, List<String> words, PrintStream out, PrintStream err) {
        if (words.contains("--json")) {
            out.print(failure.json());
        } else {
            err.print(failure.text());
        }
        boolean returnsState = words.indexOf("state") == 0 && (words.contains("-lq") || words.contains("--lq"));
        return returnsState ? ExitCode.BESIDE_STATES + failure.exitCode() : failure.exitCode();
    }

    private static int run(
            Verbs.Verb verb, List<String> rest, Map<String, String> environment, PrintStream out, PrintStream err)
            throws CommandFailure {
        if (!rest.isEmpty() && (rest.contains("--help") || rest.getFirst().equals("-h"))) {
            return Help.show(verb.name(), out);
        }
        Arguments arguments = Arguments.parse(verb.name(), verb.options(), rest);
        DaemonClient client =
                new DaemonClient(var(environment), environment.getOrDefault("USER", "root"), arguments.has("json"));
        return verb.action().run(new Call(arguments, client, environment, out, err));
    }

    private static int version(PrintStream out) {
        String version = Main.class.getPackage().getImplementationVersion();
        out.println("Lockstep " + (version == null ? "development" : version));
        return ExitCode.DONE;
    }

    private static Path var(Map<String, String> environment) {
        return Path.of(environment.getOrDefault("LOCKSTEP_VAR", "/var/lockstep"));
    }

    /** {@code -p}: where things are, in the words scripts know. */
    private static int places(Map<String, String> environment, PrintStream out) {
        String home = environment.getOrDefault("LOCKSTEP_HOME", "");
        out.print("SAFE=" + home + "\nSAFEVAR=" + var(environment) + "\nSAFEBIN=" + home
                + "/private/bin\nLOCKSTEP_HOME=" + home + "\nLOCKSTEP_VAR=" + var(environment) + "\n");
        return ExitCode.DONE;
    }
}
