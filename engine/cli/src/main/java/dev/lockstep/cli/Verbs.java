package dev.lockstep.cli;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every verb of the command. */
final class Verbs {
    /** Carries a verb out and returns the exit code. */
    @FunctionalInterface
    interface Action {
        int run(Call call) throws CommandFailure;
    }

    /**
     * A verb.
     *
     * @param options as for {@link Arguments#parse}
     * @param shows whether it only shows or awaits something, whatever its arguments
     */
    record Verb(String name, String options, boolean shows, Action action) {}

    private static final List<String> ACTIONS = List.of("start", "forcestop", "prim", "primforce", "second");

    /** Actions that components and scripts ask for too, under a name. */
    private static final List<String> NAMED_ACTIONS =
            List.of("stop", "restart", "stopstart", "swap", "incloop", "resetloop");

    private final Map<String, Verb> verbs = new LinkedHashMap<>();

    Verbs() {
        for (String action : ACTIONS) {
            add(action, "m=", call -> ModuleVerbs.act(call, action));
        }
        for (String action : NAMED_ACTIONS) {
            add(action, "m= i=", call -> ModuleVerbs.act(call, action));
        }
        add("shutdown", "", ModuleVerbs::shutdown);
        show("checkloop", "m=", call -> call.show("GET", "modules/" + call.module() + "/loop"));
        add("failover", "m=", call -> ModuleVerbs.turn(call, "failover"));
        add("boot", "m=", call -> ModuleVerbs.turn(call, "boot"));
        show("state", "m= v lq", ModuleVerbs::state);
        show("waitstart", "m= timeout=", call -> ModuleVerbs.await(call, "start"));
        show("waitstop", "m= timeout=", call -> ModuleVerbs.await(call, "stop"));
        show("waitstate", "m= timeout=", ModuleVerbs::awaitState);
        show("get", "m= r=", ModuleVerbs::get);
        add("set", "m= r= v= n l i=", ModuleVerbs::set);
        show("log", "m= s= A I l=", LogVerbs::log);
        show("logview", "m= s= A I l=", LogVerbs::view);
        show("logsave", "m= A l=", LogVerbs::save);
        add("printi", "m= i=", call -> LogVerbs.print(call, "I"));
        add("printe", "m= i=", call -> LogVerbs.print(call, "E"));
        show("level", "m=", LogVerbs::level);
        add("config", "m=", call -> ConfigVerbs.config(call, "POST", "config"));
        add("deconfig", "m=", call -> ConfigVerbs.config(call, "DELETE", "config"));
        show("confcheck", "m=", call -> ConfigVerbs.config(call, "POST", "check"));
        show("confinfo", "m=", call -> ConfigVerbs.config(call, "GET", "config"));
        add("module", "m= M= r set= i=", ConfigVerbs::module);
        add("cluster", "", ConfigVerbs::cluster);
    }

    private void add(String name, String options, Action action) {
        verbs.put(name, new Verb(name, options, false, action));
    }

    private void show(String name, String options, Action action) {
        verbs.put(name, new Verb(name, options, true, action));
    }

    /** All verbs, in the order of their kinds. */
    Collection<Verb> all() {
        return verbs.values();
    }

    /** The verb of a name. */
    Verb find(String name) throws CommandFailure {
        Verb verb = verbs.get(name);
        if (verb != null) {
            return verb;
        }
        Optional<CommandFailure> missing = ReferenceVerbs.refused(name);
        if (missing.isPresent()) {
            throw missing.get();
        }
        String near = Suggestion.of(name, all())
                .map(meant -> "Did you mean '" + meant.name() + "'? ")
                .orElse("");
        throw new CommandFailure(
                ExitCode.INVALID,
                "'lockstep " + name + "' is not known.",
                near + "'lockstep help' shows all commands.");
    }
}
