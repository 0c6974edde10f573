package dev.lockstep.cli;

import java.util.concurrent.TimeUnit;

/** Verbs that move a module or show what it does. */
final class ModuleVerbs {
    /** Longest wait of one request; longer waits are made of several. */
    private static final int WAIT_SECONDS = 30;

    private ModuleVerbs() {}

    /** {@code start}, {@code prim fullsync}, {@code swap nosync}, ... */
    static int act(Call call, String action) throws CommandFailure {
        String option = call.arguments().word(0);
        call.arguments().atMost(1);
        String separator = "?";
        String path = "modules/" + call.module() + "/actions/" + action;
        if (!option.isEmpty()) {
            path += "?option=" + Call.encoded(option);
            separator = "&";
        }
        return call.show("POST", path + call.identity(separator));
    }

    static int shutdown(Call call) throws CommandFailure {
        call.arguments().atMost(0);
        String names = call.text("POST", "shutdown?form=names");
        int exit = ExitCode.DONE;
        for (int from = 0, end = names.indexOf('\n'); end >= 0; from = end + 1, end = names.indexOf('\n', from)) {
            String module = names.substring(from, end);
            exit = Math.max(exit, await(call, Call.encoded(module), "stop", Long.MAX_VALUE));
        }
        return exit;
    }

    static int turn(Call call, String name) throws CommandFailure {
        String value = call.arguments().word(0);
        call.arguments().atMost(1);
        if (value.equals("status") || value.isEmpty()) {
            return call.hasModule()
                    ? call.show("GET", "modules/" + call.module() + "/switches/" + name)
                    : call.show("GET", "switches/" + name);
        }
        if (!value.equals("on") && !value.equals("off")) {
            throw call.arguments().wrong("Write '" + name + " on', '" + name + " off' or '" + name + " status'.");
        }
        return call.show(
                "PUT", "modules/" + call.module() + "/switches/" + name, Content.text(value), Call.QUICK_MILLIS);
    }

    static int state(Call call) throws CommandFailure {
        call.arguments().atMost(0);
        if (call.arguments().has("lq")) {
            return word(call);
        }
        if (!call.hasModule() && !call.arguments().has("v")) {
            return call.show("GET", "modules");
        }
        return call.show("GET", "modules/" + call.module() + (call.arguments().has("v") ? "?verbose=true" : ""));
    }

    /** The word of the state, and its number as exit code; failures have codes that are no states. */
    private static int word(Call call) throws CommandFailure {
        Answer answer =
                call.client().ask("GET", "modules/" + call.module() + "?form=word", Content.NONE, Call.QUICK_MILLIS);
        call.show(answer);
        return answer.good() ? answer.exitCode() : ExitCode.BESIDE_STATES + answer.exitCode();
    }

    static int awaitState(Call call) throws CommandFailure {
        String state = call.arguments().word(0);
        call.arguments().atMost(1);
        if (state.isEmpty()) {
            throw call.arguments().wrong("Which state? Write one of STOP, WAIT, ALONE, PRIM, SECOND, UP.");
        }
        return await(call, Call.encoded(state));
    }

    static int await(Call call, String goal) throws CommandFailure {
        int seconds = call.arguments().number("timeout", -1);
        long end = seconds < 0 ? Long.MAX_VALUE : System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        return await(call, call.module(), goal, end);
    }

    private static int await(Call call, String module, String goal, long end) throws CommandFailure {
        while (true) {
            long left = end == Long.MAX_VALUE
                    ? WAIT_SECONDS
                    : TimeUnit.NANOSECONDS.toSeconds(end - System.nanoTime() + 999_999_999L);
            long wait = Math.max(0, Math.min(WAIT_SECONDS, left));
            Answer answer = call.client()
                    .ask(
                            "GET",
                            "modules/" + module + "/wait?for=" + goal + "&timeout=" + wait,
                            Content.NONE,
                            Call.QUICK_MILLIS);
            boolean goOn = answer.status() == 202 && (end == Long.MAX_VALUE || System.nanoTime() < end);
            if (!goOn) {
                call.show(answer);
                return answer.exitCode();
            }
            call.skip(answer);
        }
    }

    static int get(Call call) throws CommandFailure {
        call.arguments().atMost(0);
        String resource = call.arguments().needed("r", "the name of a resource");
        return call.show("GET", "modules/" + call.module() + "/resources/" + Call.encoded(resource));
    }

    static int set(Call call) throws CommandFailure {
        Arguments arguments = call.arguments();
        arguments.atMost(0);
        String resource = arguments.needed("r", "the name of a resource");
        String value = arguments.needed("v", "a value");
        String logged = arguments.has("n") ? "never" : arguments.has("l") ? "always" : "changes";
        return call.show(
                "PUT",
                "modules/" + call.module() + "/resources/" + Call.encoded(resource) + "?logged=" + logged
                        + call.identity("&"),
                Content.text(value),
                Call.QUICK_MILLIS);
    }
}
