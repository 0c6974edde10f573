package dev.lockstep.node.http;

import dev.lockstep.node.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Finds who answers a method and a path such as {@code GET modules/{}/log}; {@code {}} stands for one name. */
final class Router {
    private static final String NAME = "{}";

    private final List<Route> routes = new ArrayList<>();

    private record Route(String method, List<String> segments, Handler handler) {}

    /** Answers requests; called by many threads at once. */
    @FunctionalInterface
    interface Handler {
        Reply answer(Request request) throws Refusal, IOException, InterruptedException;
    }

    /**
     * Who answers.
     *
     * @param handler empty when nobody does
     * @param names what the path has where the route has {@code {}}
     * @param allowed the methods that the path has
     */
    record Found(Optional<Handler> handler, List<String> names, Set<String> allowed) {}

    /** Adds a route. */
    Router add(String method, String path, Handler handler) {
        routes.add(new Route(method, List.of(path.split("/", -1)), handler));
        return this;
    }

    /** Looks for the route of a path without its prefix. */
    Found find(String method, List<String> path) {
        Set<String> allowed = new TreeSet<>();
        for (Route route : routes) {
            List<String> names = new ArrayList<>();
            if (matches(route.segments(), path, names)) {
                if (route.method().equals(method)) {
                    return new Found(Optional.of(route.handler()), names, Set.of());
                }
                allowed.add(route.method());
            }
        }
        return new Found(Optional.empty(), List.of(), allowed);
    }

    private static boolean matches(List<String> segments, List<String> path, List<String> names) {
        if (segments.size() != path.size()) {
            return false;
        }
        for (int i = 0; i < path.size(); i++) {
            if (segments.get(i).equals(NAME)) {
                names.add(path.get(i));
            } else if (!segments.get(i).equals(path.get(i))) {
                return false;
            }
        }
        return true;
    }
}
