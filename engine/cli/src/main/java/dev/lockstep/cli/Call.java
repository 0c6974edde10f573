package dev.lockstep.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One use of the command: what was asked, and how to ask the daemon and show its answers.
 *
 * @param environment of the process
 */
record Call(
        Arguments arguments, DaemonClient client, Map<String, String> environment, PrintStream out, PrintStream err) {
    /** Longest silence of the daemon for a quick question, in milliseconds. */
    static final int QUICK_MILLIS = 90_000;

    private static final String PLAIN = "-_.";

    /** The module meant: {@code -m}, else SAFEMODULE. */
    String module() throws CommandFailure {
        String module = arguments.value("m", environment.getOrDefault("SAFEMODULE", ""));
        if (module.isEmpty()) {
            throw arguments.wrong("Which module? Give -m NAME (or set SAFEMODULE).");
        }
        return encoded(module);
    }

    boolean hasModule() {
        return arguments.has("m") || !environment.getOrDefault("SAFEMODULE", "").isEmpty();
    }

    /** {@code identity=...} for the query when {@code -i} was given. */
    String identity(String separator) {
        return arguments.has("i") ? separator + "identity=" + encoded(arguments.value("i", "")) : "";
    }

    static String encoded(String text) {
        boolean plain = true;
        for (int i = 0; i < text.length() && plain; i++) {
            char c = text.charAt(i);
            plain = (c < 0x80 && Character.isLetterOrDigit(c)) || PLAIN.indexOf(c) >= 0;
        }
        return plain ? text : URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Asks quickly and shows the answer. */
    int show(String method, String path) throws CommandFailure {
        return show(method, path, Content.NONE, QUICK_MILLIS);
    }

    /** Asks and shows the answer: on standard output, or on standard error when it is a refusal. */
    int show(String method, String path, Content content, int waitMillis) throws CommandFailure {
        Answer answer = client.ask(method, path, content, waitMillis);
        show(answer);
        return answer.exitCode();
    }

    /** Shows an answer. */
    void show(Answer answer) throws CommandFailure {
        try (var body = answer.body()) {
            PrintStream target = answer.good() || arguments.has("json") ? out : err;
            body.transferTo(target);
            target.flush();
        } catch (IOException broken) {
            throw cutShort(broken);
        }
    }

    /** Leaves an answer unread. */
    void skip(Answer answer) throws CommandFailure {
        try {
            answer.body().close();
        } catch (IOException broken) {
            throw cutShort(broken);
        }
    }

    static CommandFailure cutShort(IOException broken) {
        return new CommandFailure(
                ExitCode.FAILED, "The answer of the daemon is cut short: " + broken.getMessage() + ".", "Try again.");
    }

    /** The text of an answer that is not shown; a refusal is shown and ends the command. */
    String text(String method, String path) throws CommandFailure {
        Answer answer = client.asText().ask(method, path, Content.NONE, QUICK_MILLIS);
        try (var body = answer.body()) {
            String text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
            if (!answer.good()) {
                String message = text.startsWith("error: ") ? text.substring("error: ".length()) : text;
                throw new CommandFailure(answer.exitCode(), message.strip(), "");
            }
            return text;
        } catch (IOException broken) {
            throw cutShort(broken);
        }
    }
}
