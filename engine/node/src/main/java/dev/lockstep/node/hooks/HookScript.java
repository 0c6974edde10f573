package dev.lockstep.node.hooks;

import groovy.lang.Closure;
import groovy.lang.Script;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What every hook can call besides Groovy itself: {@code exec}, {@code waitUntil}, {@code resource} and {@code lockstep}. Variables
 * ({@code module}, {@code state}, {@code log}, ...) are in the binding. Used by the thread of its call alone.
 */
public abstract class HookScript extends Script {
    /** Time between two looks of {@code waitUntil} unless the script says otherwise. */
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(d|h|m|s|ms)?");
    private static final Set<String> EXEC_OPTIONS = Set.of("timeout", "env", "check");
    private static final Set<String> WAIT_OPTIONS = Set.of("timeout", "every", "fail");

    private Surroundings surroundings;

    /**
     * What a call is run with.
     *
     * @param limit time the whole call has
     * @param execution the call itself, which may be given up
     */
    record Surroundings(
            HookSettings settings,
            HookServices services,
            Processes processes,
            Map<String, String> environment,
            OutputStream output,
            String hook,
            Duration limit,
            Execution execution) {}

    final void attach(Surroundings around) {
        surroundings = around;
    }

    /** Runs a command; see {@link #exec(Map, Object)}. */
    public Processes.Result exec(Object command) throws Exception {
        return exec(Map.of(), command);
    }

    /**
     * Runs a command to its end; what it prints goes to the script log.
     *
     * @param options {@code timeout}: a duration such as {@code '30s'}, or seconds; without, the rest of the hook's own time.
     *     {@code env}: more environment. {@code check}: true to throw unless it returns 0
     * @param command a list of program and arguments, or a string for the shell
     * @return {@code exitValue} and {@code text}; true in a condition when it returned 0
     * @throws Processes.TimeoutFailure if its time was over: it and its children were killed
     */
    public Processes.Result exec(Map<String, ?> options, Object command) throws Exception {
        Surroundings around = live();
        known("exec", options, EXEC_OPTIONS);
        Map<String, String> environment = new HashMap<>(around.environment());
        if (options.get("env") instanceof Map<?, ?> more) {
            more.forEach((name, value) -> environment.put(String.valueOf(name), String.valueOf(value)));
        }
        List<String> words = words(command);
        Processes.Result result = around.processes()
                .run(
                        new Processes.Command(
                                around.hook(),
                                words,
                                environment,
                                around.settings().bin(),
                                duration(options.get("timeout"), around.limit())),
                        around.output());
        if (Boolean.TRUE.equals(options.get("check")) && result.exitValue() != 0) {
            throw new IOException("the command " + words + " returned " + result.exitValue() + ": "
                    + result.text().strip());
        }
        return result;
    }

    private static List<String> words(Object command) {
        if (command instanceof Collection<?> list) {
            List<String> words = new ArrayList<>();
            list.forEach(word -> words.add(String.valueOf(word)));
            if (words.isEmpty()) {
                throw new IllegalArgumentException("exec needs a command");
            }
            return words;
        }
        return List.of("/bin/sh", "-c", String.valueOf(command));
    }

    /** Waits for a condition; see {@link #waitUntil(Map, Closure)}. */
    public boolean waitUntil(Closure<?> condition) throws Exception {
        return waitUntil(Map.of(), condition);
    }

    /**
     * Looks again and again until a condition is true.
     *
     * @param options {@code timeout}: how long (a duration or seconds; without, the hook's own time); {@code every}: time between two
     *     looks, {@code '500ms'}; {@code fail: false}: return false at the end instead of throwing
     * @return true; false only with {@code fail: false}
     * @throws Processes.TimeoutFailure if the condition was not true in time
     */
    public boolean waitUntil(Map<String, ?> options, Closure<?> condition) throws Exception {
        known("waitUntil", options, WAIT_OPTIONS);
        Duration timeout = duration(options.get("timeout"), live().limit());
        Duration every = duration(options.get("every"), LOOK_EVERY);
        long end = System.nanoTime() + timeout.toNanos();
        while (true) {
            live();
            if (org.codehaus.groovy.runtime.typehandling.DefaultTypeTransformation.castToBoolean(condition.call())) {
                return true;
            }
            long left = end - System.nanoTime();
            if (left <= 0) {
                if (Boolean.FALSE.equals(options.get("fail"))) {
                    return false;
                }
                throw new Processes.TimeoutFailure(
                        "what the hook waits for did not happen within " + timeout.toMillis() + " ms");
            }
            live().execution().pause(Duration.ofNanos(Math.min(left, Math.max(1, every.toNanos()))));
        }
    }

    /** The value of a resource of the module; null when it has none. */
    public String resource(String name) {
        return live().services().resource().apply(name).orElse(null);
    }

    /**
     * Gives a command of this module, as the {@code lockstep} command would: {@code lockstep('stop', '-i', 'start_prim')}. Returns when it
     * is accepted or refused; a command that moves the module begins when this hook has ended.
     *
     * @return {@code exitCode} and {@code text}
     */
    public HookServices.Answer lockstep(Object... words) throws IOException {
        Surroundings around = live();
        List<String> command = new ArrayList<>();
        for (Object word : words) {
            command.add(String.valueOf(word));
        }
        HookServices.Answer answer = around.services().command().run(command);
        String echo = "lockstep " + String.join(" ", command) + ": " + answer.exitCode() + " " + answer.text() + "\n";
        around.output().write(echo.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return answer;
    }

    private Surroundings live() {
        if (!surroundings.execution().live()) {
            throw new HookGivenUp();
        }
        return surroundings;
    }

    private static void known(String function, Map<String, ?> options, Set<String> known) {
        for (String option : options.keySet()) {
            if (!known.contains(option)) {
                throw new IllegalArgumentException(function + " has no option " + option + "; it has " + known);
            }
        }
    }

    private static Duration duration(Object value, Duration otherwise) {
        return switch (value) {
            case null -> otherwise;
            case Duration duration -> duration;
            case Number seconds -> Duration.ofNanos((long) (seconds.doubleValue() * 1e9));
            default -> parsed(String.valueOf(value));
        };
    }

    private static Duration parsed(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no duration: write '30s', '500ms', '2m' or seconds");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "d" -> Duration.ofDays(amount);
            case "h" -> Duration.ofHours(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "ms" -> Duration.ofMillis(amount);
            case null, default -> Duration.ofSeconds(amount);
        };
    }
}
