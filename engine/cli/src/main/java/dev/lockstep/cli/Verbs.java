package dev.lockstep.cli;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

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
     */
    record Verb(String name, String options, Action action) {}

    private static final String[] ACTIONS = {
        "start",
        "stop",
        "restart",
        "stopstart",
        "swap",
        "forcestop",
        "prim",
        "primforce",
        "second",
        "incloop",
        "resetloop"
    };

    private final Map<String, Verb> verbs = new LinkedHashMap<>();

    Verbs() {
        for (String action : ACTIONS) {
            add(action, "m= i=", call -> ModuleVerbs.act(call, action));
        }
        add("shutdown", "", ModuleVerbs::shutdown);
        add("checkloop", "m=", call -> call.show("GET", "modules/" + call.module() + "/loop"));
        add("failover", "m=", call -> ModuleVerbs.turn(call, "failover"));
        add("boot", "m=", call -> ModuleVerbs.turn(call, "boot"));
        add("state", "m= v lq", ModuleVerbs::state);
        add("waitstart", "m= timeout=", call -> ModuleVerbs.await(call, "start"));
        add("waitstop", "m= timeout=", call -> ModuleVerbs.await(call, "stop"));
        add("waitstate", "m= timeout=", ModuleVerbs::awaitState);
        add("get", "m= r=", ModuleVerbs::get);
        add("set", "m= r= v= n l i=", ModuleVerbs::set);
        add("log", "m= s= A I l=", LogVerbs::log);
        add("logview", "m= s= A I l=", LogVerbs::view);
        add("logsave", "m= A l=", LogVerbs::save);
        add("printi", "m= i=", call -> LogVerbs.print(call, "I"));
        add("printe", "m= i=", call -> LogVerbs.print(call, "E"));
        add("level", "m=", LogVerbs::level);
        add("config", "m=", call -> ConfigVerbs.config(call, "POST", "config"));
        add("deconfig", "m=", call -> ConfigVerbs.config(call, "DELETE", "config"));
        add("confcheck", "m=", call -> ConfigVerbs.config(call, "POST", "check"));
        add("confinfo", "m=", call -> ConfigVerbs.config(call, "GET", "config"));
        add("module", "m= M= r set= i=", ConfigVerbs::module);
        add("cluster", "", ConfigVerbs::cluster);
    }

    private void add(String name, String options, Action action) {
        verbs.put(name, new Verb(name, options, action));
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
        String near = nearest(name);
        throw new CommandFailure(
                ExitCode.INVALID,
                "'lockstep " + name + "' is not known.",
                (near.isEmpty() ? "" : "Did you mean '" + near + "'? ") + "'lockstep help' shows all commands.");
    }

    private String nearest(String name) {
        String found = "";
        int least = 3;
        for (String candidate : verbs.keySet()) {
            int distance = distance(name, candidate);
            if (distance < least) {
                least = distance;
                found = candidate;
            }
        }
        return found;
    }

    /** Letters to be changed, added or removed to make one word from the other. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
