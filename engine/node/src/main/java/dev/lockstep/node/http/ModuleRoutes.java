package dev.lockstep.node.http;

import dev.lockstep.api.module.ModuleState;
import dev.lockstep.api.module.Readiness;
import dev.lockstep.config.NearestName;
import dev.lockstep.core.mirror.LogLevel;
import dev.lockstep.core.mirror.Verb;
import dev.lockstep.node.Refusal;
import dev.lockstep.node.log.LogFormat;
import dev.lockstep.node.log.LogLine;
import dev.lockstep.node.log.ModuleLog;
import dev.lockstep.node.store.Advice;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Answers what concerns modules at work. */
final class ModuleRoutes {
    /** Longest wait of one request; a client that wants to wait longer asks again. */
    static final int WAIT_SECONDS_MAX = 60;

    /** Lines of a log one request may ask for. */
    private static final int LINES_MAX = 100_000;

    private static final int LINES = 300;

    private final ControlService service;
    private final ZoneId zone;

    ModuleRoutes(ControlService service, ZoneId zone) {
        this.service = service;
        this.zone = zone;
    }

    void addTo(Router router) {
        router.add("POST", "shutdown", this::shutdown)
                .add("GET", "switches/{}", this::allTurned)
                .add("GET", "modules/{}", this::state)
                .add("GET", "modules/{}/wait", this::await)
                .add("POST", "modules/{}/actions/incloop", this::count)
                .add("POST", "modules/{}/actions/{}", this::act)
                .add("GET", "modules/{}/loop", this::loop)
                .add("PUT", "modules/{}/switches/{}", this::turn)
                .add("GET", "modules/{}/switches/{}", this::turned)
                .add("GET", "modules/{}/resources", this::resources)
                .add("GET", "modules/{}/resources/{}", this::resource)
                .add("PUT", "modules/{}/resources/{}", this::assign)
                .add("GET", "modules/{}/log", this::log)
                .add("POST", "modules/{}/log", this::print)
                .add("GET", "modules/{}/hooks/{}", this::display);
    }

    private Reply state(Request request) throws Refusal {
        ModuleStatus status = service.module(request.name(0));
        Views.Status view = Views.Status.of(status);
        if (request.parameter("form").orElse("").equals("word")) {
            return new Reply.Value(
                    200, status.state().number(), view, status.state().name() + "\n");
        }
        if (!request.flag("verbose")) {
            return Reply.ok(view, Views.one(view));
        }
        List<ControlService.Resource> resources = service.resources(request.name(0));
        String output = service.displayHook(request.name(0), "state");
        return Reply.ok(
                new Views.Verbose(
                        view, resources.stream().map(Views.Resource::of).toList(), output),
                Views.one(view) + Views.resources(resources, zone) + output);
    }

    /** Asks every running module to stop; does not wait. */
    private Reply shutdown(Request request) throws Refusal {
        List<String> asked = new ArrayList<>();
        for (ModuleStatus status : service.modules()) {
            if (status.state() != ModuleState.STOP || !status.stable()) {
                service.command(status.module(), Verb.SHUTDOWN, request.caller());
                asked.add(status.module());
            }
        }
        return Reply.ok(asked, asked.stream().map(name -> name + "\n").collect(Collectors.joining()));
    }

    /** A module that cannot work does not keep the others from being shown. */
    private Reply allTurned(Request request) {
        Map<String, String> values = new TreeMap<>();
        for (ModuleStatus status : service.modules()) {
            try {
                resource(status.module(), "usersetting." + request.name(0))
                        .ifPresent(one -> values.put(status.module(), one.value()));
            } catch (Refusal unusable) {
                values.put(status.module(), "unknown");
            }
        }
        return Reply.ok(
                values,
                values.entrySet().stream()
                        .map(one -> one.getKey() + " " + one.getValue() + "\n")
                        .collect(Collectors.joining()));
    }

    /** What a client waits for. */
    private enum Goal {
        START,
        STOP,
        STATE;

        boolean reached(ModuleStatus status, ModuleState wanted) {
            return switch (this) {
                case START -> status.stable();
                case STOP -> status.state() == ModuleState.STOP && status.stable();
                case STATE ->
                    status.state() == wanted
                            && status.stable()
                            && (status.readiness() == Readiness.READY
                                    || wanted == ModuleState.STOP
                                    || wanted == ModuleState.WAIT);
            };
        }
    }

    private record Waited(boolean reached, Views.Status status) {}

    /** Waits for a state ({@code for=PRIM}), or the end of a start or a stop; answers at the latest after {@code timeout} seconds. */
    private Reply await(Request request) throws Refusal, InterruptedException {
        String text = request.parameter("for").orElse("");
        Goal goal = switch (text) {
            case "start" -> Goal.START;
            case "stop" -> Goal.STOP;
            default -> Goal.STATE;
        };
        ModuleState wanted = goal == Goal.STATE ? stateNamed(text) : ModuleState.STOP;
        int seconds = request.number("timeout", WAIT_SECONDS_MAX, 0, WAIT_SECONDS_MAX);
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        ModuleStatus status = service.module(request.name(0));
        while (!goal.reached(status, wanted)) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                break;
            }
            status = service.awaitChange(request.name(0), status.revision(), Duration.ofNanos(left));
        }
        Waited waited = new Waited(goal.reached(status, wanted), Views.Status.of(status));
        boolean started =
                status.readiness() == Readiness.READY && status.failedHooks().isEmpty();
        boolean good = waited.reached() && (goal != Goal.START || started);
        int exit = good ? 0 : 1;
        return new Reply.Value(waited.reached() ? 200 : 202, exit, waited, Views.one(waited.status()));
    }

    private static ModuleState stateNamed(String text) throws Refusal {
        for (ModuleState state : ModuleState.values()) {
            if (state.name().equals(text.toUpperCase(Locale.ROOT))) {
                return state;
            }
        }
        throw new Refusal(
                Refusal.Kind.INVALID,
                "'" + text + "' is no state.",
                "",
                near(text, Arrays.stream(ModuleState.values()).map(Enum::name).toList()) + "Wait for one of "
                        + Arrays.toString(ModuleState.values()) + ".");
    }

    private Reply act(Request request) throws Refusal {
        String word = request.name(1);
        String name =
                request.parameter("option").map(option -> word + "_" + option).orElse(word);
        Verb verb = Arrays.stream(Verb.values())
                .filter(one -> one.name().equals(name.toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        Refusal.Kind.INVALID,
                        "'" + name.replace('_', ' ') + "' is no action of a module.",
                        "",
                        "The actions are "
                                + Arrays.stream(Verb.values())
                                        .map(one -> one.name()
                                                .toLowerCase(Locale.ROOT)
                                                .replace('_', ' '))
                                        .collect(Collectors.joining(", "))
                                + "."));
        String answer = service.command(request.name(0), verb, request.caller());
        Views.Done done = new Views.Done(answer, Advice.NONE);
        return Reply.ok(done, answer.isEmpty() ? "" : answer + "\n");
    }

    /** Reaching the limit is an answer, not a failure. */
    private Reply count(Request request) throws Refusal {
        boolean counted = service.countAction(request.name(0), request.caller());
        return Reply.verdict(
                counted, Map.of("exceeded", !counted), counted ? "" : "The limit of automatic actions is reached.\n");
    }

    private Reply loop(Request request) throws Refusal {
        boolean exceeded = service.loopExceeded(request.name(0));
        return Reply.verdict(
                !exceeded,
                Map.of("exceeded", exceeded),
                exceeded ? "The limit of automatic actions is reached.\n" : "The limit is not reached.\n");
    }

    private Reply turn(Request request) throws Refusal, IOException {
        String value = request.text().strip();
        if (!value.equals("on") && !value.equals("off")) {
            throw new Refusal(
                    Refusal.Kind.INVALID, "A switch is on or off, not '" + value + "'.", "", "Write on or off.");
        }
        service.setSwitch(request.name(0), request.name(1), value.equals("on"), request.caller());
        Views.Done done =
                new Views.Done(request.name(1) + " of " + request.name(0) + " is " + value + ".", Advice.NONE);
        return Reply.ok(done, Views.text(done));
    }

    private Reply turned(Request request) throws Refusal {
        String value = resource(request.name(0), "usersetting." + request.name(1))
                .map(ControlService.Resource::value)
                .orElseThrow(() -> new Refusal(
                        Refusal.Kind.UNKNOWN,
                        "The module " + request.name(0) + " has no switch " + request.name(1) + ".",
                        "",
                        "'lockstep state -v' shows them as usersetting.NAME."));
        return Reply.ok(Map.of("name", request.name(1), "value", value), request.name(0) + " " + value + "\n");
    }

    private Reply resources(Request request) throws Refusal {
        List<ControlService.Resource> all = service.resources(request.name(0));
        return Reply.ok(all.stream().map(Views.Resource::of).toList(), Views.resources(all, zone));
    }

    private Optional<ControlService.Resource> resource(String module, String name) throws Refusal {
        return service.resources(module).stream()
                .filter(one -> one.name().equals(name))
                .findFirst();
    }

    private Reply resource(Request request) throws Refusal {
        List<ControlService.Resource> all = service.resources(request.name(0));
        ControlService.Resource found = resource(request.name(0), request.name(1))
                .orElseThrow(() -> new Refusal(
                        Refusal.Kind.UNKNOWN,
                        "The module " + request.name(0) + " has no resource " + request.name(1) + ".",
                        "",
                        near(
                                        request.name(1),
                                        all.stream()
                                                .map(ControlService.Resource::name)
                                                .toList())
                                + "'lockstep state -m " + request.name(0) + " -v' shows them all."));
        return Reply.ok(Views.Resource.of(found), found.value() + "\n");
    }

    private static String near(String word, List<String> known) {
        return NearestName.of(word, known)
                .map(name -> "Did you mean " + name + "? ")
                .orElse("");
    }

    private Reply assign(Request request) throws Refusal, IOException {
        ControlService.Logged logged = switch (request.parameter("logged").orElse("changes")) {
            case "never" -> ControlService.Logged.NEVER;
            case "always" -> ControlService.Logged.ALWAYS;
            default -> ControlService.Logged.CHANGES;
        };
        String who = request.parameter("identity").orElse("");
        service.setResource(request.name(0), request.name(1), request.text().strip(), who, logged);
        return Reply.ok(new Views.Done("", Advice.NONE), "");
    }

    private Reply log(Request request) throws Refusal, IOException {
        ModuleLog log = service.log(request.name(0));
        boolean verbose = request.flag("verbose");
        boolean text = request.wantsText();
        if (request.flag("follow")) {
            int back = request.number("count", 0, 0, LINES_MAX);
            return new Reply.Stream(
                    text ? "text/plain; charset=utf-8" : "application/x-ndjson",
                    new LogFollowing(log, back, verbose, line -> text ? shown(line) : Json.line(Views.Line.of(line))));
        }
        List<LogLine> lines = log.tail(request.number("count", LINES, 0, LINES_MAX), verbose);
        return Reply.ok(
                lines.stream().map(Views.Line::of).toList(),
                lines.stream().map(this::shown).collect(Collectors.joining()));
    }

    private String shown(LogLine line) {
        return LogFormat.shown(line, zone) + "\n";
    }

    private Reply print(Request request) throws Refusal, IOException {
        LogLevel level = switch (request.parameter("level").orElse("I")) {
            case "I" -> LogLevel.I;
            case "E" -> LogLevel.E;
            default -> throw Request.invalid("Lines of level I or E can be written.", "");
        };
        String origin = request.parameter("identity").orElse("lockstep");
        service.log(request.name(0)).write(level, origin, request.text());
        return Reply.ok(new Views.Done("", Advice.NONE), "");
    }

    private Reply display(Request request) throws Refusal {
        String hook = request.name(1);
        if (!hook.equals("state") && !hook.equals("level")) {
            throw Request.invalid("The hook " + hook + " is not for display.", "Those are state and level.");
        }
        String output = service.displayHook(request.name(0), hook);
        return Reply.ok(Map.of("output", output), output);
    }
}
