package dev.lockstep.node.daemon;

import dev.lockstep.core.mirror.Caller;
import dev.lockstep.core.mirror.LogLevel;
import dev.lockstep.core.mirror.Verb;
import dev.lockstep.node.Refusal;
import dev.lockstep.node.hooks.HookServices;
import dev.lockstep.node.http.ControlService;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The commands a hook may call on its own module, with the words of the command line. They go the way of every command: the
 * automaton accepts them while the hook runs and acts on them when it has ended.
 */
record HookCommands(String module, ControlService service) implements HookServices.Command {
    private static final int EXIT_REFUSED = 1;
    private static final int EXIT_USAGE = 2;

    private static final Map<String, Verb> VERBS = Map.ofEntries(
            Map.entry("start", Verb.START),
            Map.entry("prim", Verb.PRIM),
            Map.entry("second", Verb.SECOND),
            Map.entry("primforce", Verb.PRIMFORCE),
            Map.entry("stop", Verb.STOP),
            Map.entry("stopstart", Verb.STOPSTART),
            Map.entry("restart", Verb.RESTART),
            Map.entry("swap", Verb.SWAP),
            Map.entry("forcestop", Verb.FORCESTOP),
            Map.entry("resetloop", Verb.RESETLOOP));

    @Override
    public HookServices.Answer run(List<String> arguments) {
        Deque<String> words = new ArrayDeque<>();
        String identity = "";
        String resource = "";
        String value = "";
        for (int i = 0; i < arguments.size(); i++) {
            boolean last = i == arguments.size() - 1;
            switch (arguments.get(i)) {
                case "-i" -> identity = last ? "" : arguments.get(++i);
                case "-r" -> resource = last ? "" : arguments.get(++i);
                case "-v" -> value = last ? "" : arguments.get(++i);
                case "-m" -> i++;
                default -> words.add(arguments.get(i));
            }
        }
        if (words.isEmpty()) {
            return new HookServices.Answer(EXIT_USAGE, "a command is missing");
        }
        try {
            return run(words.pop().toLowerCase(Locale.ROOT), new ArrayList<>(words), identity, resource, value);
        } catch (Refusal refusal) {
            return new HookServices.Answer(EXIT_REFUSED, refusal.text());
        }
    }

    private HookServices.Answer run(String word, List<String> rest, String identity, String resource, String value)
            throws Refusal {
        Caller caller = identity.isEmpty() ? new Caller.Operator("root") : new Caller.Component(identity);
        return switch (word) {
            case "printe", "printi" -> {
                LogLevel level = word.equals("printe") ? LogLevel.E : LogLevel.I;
                service.log(module).write(level, identity.isEmpty() ? "userplug" : identity, String.join(" ", rest));
                yield ok("");
            }
            case "set" -> {
                service.setResource(module, resource, value, identity, ControlService.Logged.CHANGES);
                yield ok("");
            }
            case "get" -> get(resource);
            case "incloop" -> new HookServices.Answer(service.countAction(module, caller) ? 0 : EXIT_REFUSED, "");
            case "checkloop" -> new HookServices.Answer(service.loopExceeded(module) ? EXIT_REFUSED : 0, "");
            default -> {
                Verb verb = verb(word, rest);
                yield verb == null
                        ? new HookServices.Answer(EXIT_USAGE, "hooks cannot call " + word)
                        : ok(service.command(module, verb, caller));
            }
        };
    }

    private HookServices.Answer get(String resource) throws Refusal {
        for (ControlService.Resource known : service.resources(module)) {
            if (known.name().equals(resource)) {
                return ok(known.value());
            }
        }
        return new HookServices.Answer(EXIT_REFUSED, "there is no resource " + resource);
    }

    private static Verb verb(String word, List<String> rest) {
        if (word.equals("swap") && rest.contains("nosync")) {
            return Verb.SWAP_NOSYNC;
        }
        if (rest.contains("fullsync")) {
            return word.equals("prim") ? Verb.PRIM_FULLSYNC : word.equals("second") ? Verb.SECOND_FULLSYNC : null;
        }
        return VERBS.get(word);
    }

    private static HookServices.Answer ok(String text) {
        return new HookServices.Answer(0, text);
    }
}
