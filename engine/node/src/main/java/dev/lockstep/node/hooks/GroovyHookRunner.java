package dev.lockstep.node.hooks;

import dev.lockstep.core.mirror.LogLevel;
import dev.lockstep.node.hooks.HookFiles.HookFile;
import dev.lockstep.node.state.StateDisk;
import groovy.lang.Binding;
import groovy.lang.GroovyClassLoader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs Groovy hooks in the engine and executable hooks as processes. */
public final class GroovyHookRunner implements HookRunner {
    /** Threads of hooks that could not be ended; with so many, no more hooks of this module are run. */
    static final int LEFT_BEHIND_MAX = 16;

    private static final Logger LOG = LoggerFactory.getLogger(GroovyHookRunner.class);
    private static final String ORIGIN = "userplug";

    private final HookSettings settings;
    private final HookServices services;
    private final Processes processes;
    private final UserLogs userLogs;
    private final HookClasses classes;
    private final Map<String, HookFile> files;
    private final Map<String, String> environment;
    private final Set<Execution> running = ConcurrentHashMap.newKeySet();
    private final AtomicInteger leftBehind = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    private GroovyHookRunner(
            HookSettings settings,
            HookServices services,
            Processes processes,
            Clock clock,
            HookClasses classes,
            Map<String, HookFile> files) {
        this.settings = settings;
        this.services = services;
        this.processes = processes;
        this.classes = classes;
        this.files = files;
        userLogs = new UserLogs(settings.state(), settings.userlogBytes(), clock);
        environment = HookEnvironment.of(settings);
    }

    /**
     * Loads the hooks of a module, which are compiled if that was not done before: this takes a second or so for the first module
     * of the process, some milliseconds for the others.
     *
     * @throws HookFaults if a script has faults
     * @throws IOException if the directory cannot be read
     */
    public static GroovyHookRunner load(HookSettings settings, HookServices services, Processes processes, Clock clock)
            throws HookFaults, IOException {
        Map<String, HookFile> files = HookFiles.in(settings.bin());
        return new GroovyHookRunner(
                settings, services, processes, clock, HookClasses.load(files, settings.bin()), files);
    }

    /**
     * What a look at the hooks of a module found.
     *
     * @param hooks their names
     * @param doubts sentences about what is probably not what was meant
     */
    public record Checked(Set<String> hooks, List<String> doubts) {
        /** Copies the collections. */
        public Checked {
            hooks = Set.copyOf(hooks);
            doubts = List.copyOf(doubts);
        }
    }

    /**
     * Checks the hooks of a module without keeping them.
     *
     * @param variables names of its {@code <var>} elements
     */
    public static Checked check(Path bin, Set<String> variables) throws HookFaults, IOException {
        Map<String, HookFile> files = HookFiles.in(bin);
        UndeclaredVariables undeclared = new UndeclaredVariables(variables);
        try (GroovyClassLoader loader = HookCompiler.loader(bin, undeclared)) {
            HookCompiler.compile(files, loader);
        }
        List<String> doubts = new ArrayList<>(HookNames.doubtful(bin));
        doubts.addAll(undeclared.sentences());
        return new Checked(files.keySet(), doubts);
    }

    @Override
    public Set<String> hooks() {
        return Set.copyOf(files.keySet());
    }

    @Override
    public void prepare() {
        try {
            classes.prepare();
        } catch (ClassNotFoundException | LinkageError failure) {
            // The call of the hook will fail in the same way, and say so where an operator looks.
            LOG.debug("{}: a hook could not be prepared", settings.module(), failure);
        }
    }

    @Override
    public HookRun start(HookCall call, OutputStream printed, Consumer<HookOutcome> done) {
        HookFile file = files.get(call.hook());
        if (file == null) {
            return answered(new HookOutcome.Missing(), done);
        }
        if (closed.get()) {
            return answered(new HookOutcome.Failed("the hooks of this configuration are closed"), done);
        }
        if (leftBehind.get() >= LEFT_BEHIND_MAX) {
            return answered(
                    new HookOutcome.Failed("not run: " + LEFT_BEHIND_MAX
                            + " earlier hooks of this module could not be ended. Restart the daemon."),
                    done);
        }
        AtomicReference<Execution> self = new AtomicReference<>();
        AtomicReference<BoundedOutput> output = new AtomicReference<>();
        Execution execution = new Execution(
                "hook " + settings.module() + "/" + call.hook(),
                limit(call),
                classes.loader(),
                () -> run(call, file, self.get(), new Outputs(output, printed)),
                new Endings(call, self, output),
                done);
        self.set(execution);
        running.add(execution);
        execution.start();
        if (closed.get()) {
            execution.abandon();
        }
        return execution;
    }

    private static HookRun answered(HookOutcome outcome, Consumer<HookOutcome> done) {
        Thread.ofVirtual().start(() -> done.accept(outcome));
        return () -> {};
    }

    private Duration limit(HookCall call) {
        if (!call.hook().startsWith("stop_")) {
            return settings.otherTimeout();
        }
        return call.force() ? settings.forceStopTimeout() : settings.niceStopTimeout();
    }

    /** Where the output of a call goes: the script log, known once it is begun, and whoever wants to see it too. */
    private record Outputs(AtomicReference<BoundedOutput> userLog, OutputStream printed) {}

    private HookOutcome run(HookCall call, HookFile file, Execution execution, Outputs outputs) {
        BoundedOutput userLog = begin(call);
        outputs.userLog().set(userLog);
        OutputStream output = new DoubledOutput(userLog, outputs.printed());
        PrintStream print = new PrintStream(output, true, StandardCharsets.UTF_8);
        try {
            return switch (file) {
                case HookFile.Groovy groovy -> script(call, execution, output, print);
                case HookFile.Executable(Path program) -> program(call, program, output);
            };
        } catch (Throwable thrown) {
            ClassLoader engine = HookRunner.class.getClassLoader();
            print.print(ScriptPlace.trace(thrown, engine));
            return new HookOutcome.Failed(ScriptPlace.describe(thrown, engine));
        }
    }

    /** Begins the script log and announces the call in the module log. */
    private BoundedOutput begin(HookCall call) {
        String word = call.force() ? "force" : call.action();
        String shown = "Script " + call.hook() + (word.isEmpty() ? "" : " \"" + word + "\"");
        if (!settings.logging()) {
            services.log().write(LogLevel.S, ORIGIN, shown);
            return new BoundedOutput(OutputStream.nullOutputStream(), Long.MAX_VALUE);
        }
        try {
            UserLogs.UserLog log = userLogs.begin(call.hook());
            services.log().write(LogLevel.S, ORIGIN, shown + " > " + log.file());
            return log.output();
        } catch (IOException diskFull) {
            // a full disk must not keep an application from being stopped
            services.log()
                    .write(
                            LogLevel.E,
                            ORIGIN,
                            shown + ", without a script log, which cannot be written: "
                                    + new StateDisk(settings.state()).explain(diskFull));
            return new BoundedOutput(OutputStream.nullOutputStream(), Long.MAX_VALUE);
        }
    }

    private HookOutcome script(HookCall call, Execution execution, OutputStream output, PrintStream print)
            throws ReflectiveOperationException {
        HookScript script = classes.script(call.hook()).getDeclaredConstructor().newInstance();
        script.setBinding(binding(call, print));
        script.attach(new HookScript.Surroundings(
                settings, services, processes, environment, output, call.hook(), limit(call), execution));
        script.run();
        return new HookOutcome.Ok();
    }

    private Binding binding(HookCall call, PrintStream print) {
        Map<String, Object> variables = new HashMap<>(settings.variables());
        variables.put("module", settings.module());
        variables.put("node", settings.node());
        variables.put("state", call.state());
        variables.put("nextState", call.nextState());
        variables.put("action", call.action());
        variables.put("force", call.force());
        variables.put("args", call.arguments());
        variables.put("env", new TreeMap<>(environment));
        variables.put("log", new HookLog(services.log(), call.hook()));
        variables.put("out", print);
        return new Binding(variables);
    }

    private HookOutcome program(HookCall call, Path program, OutputStream output)
            throws IOException, Processes.TimeoutFailure, InterruptedException {
        List<String> words = new ArrayList<>();
        words.add(program.toString());
        words.addAll(call.arguments());
        // the time of the call is watched by its execution, which interrupts this wait
        Processes.Result result = processes.run(
                new Processes.Command(
                        call.hook(),
                        words,
                        environment,
                        settings.bin(),
                        limit(call).plus(Execution.GRACE)),
                output);
        return result.exitValue() == 0
                ? new HookOutcome.Ok()
                : new HookOutcome.Failed(program.getFileName() + " returned " + result.exitValue());
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            running.forEach(Execution::abandon);
            try {
                classes.close();
            } catch (IOException failure) {
                LOG.warn("{}: the class loader of the hooks could not be closed", settings.module(), failure);
            }
        }
    }

    /** Writes to the module log how calls ended, and closes their script logs. */
    private final class Endings implements Execution.Listener {
        private final HookCall call;
        private final AtomicReference<Execution> execution;
        private final AtomicReference<BoundedOutput> output;

        Endings(HookCall call, AtomicReference<Execution> execution, AtomicReference<BoundedOutput> output) {
            this.call = call;
            this.execution = execution;
            this.output = output;
        }

        @Override
        public void ended(HookOutcome outcome, boolean left) {
            running.remove(execution.get());
            if (left) {
                leftBehind.incrementAndGet();
            }
            switch (outcome) {
                case HookOutcome.Failed(String message) ->
                    services.log().write(LogLevel.E, ORIGIN, "Script " + call.hook() + " failed: " + message);
                case HookOutcome.TimedOut(String message) ->
                    services.log()
                            .write(
                                    LogLevel.E,
                                    ORIGIN,
                                    "Script " + call.hook() + " " + message
                                            + (left ? "; it does not react and its thread is left behind" : ""));
                case HookOutcome.Ok ok -> services.log().write(LogLevel.I, ORIGIN, "Script " + call.hook() + " ended");
                case HookOutcome.Missing missing -> throw new IllegalStateException("a missing hook was run");
            }
            Optional.ofNullable(output.get()).ifPresent(this::close);
        }

        private void close(BoundedOutput log) {
            try {
                log.close();
            } catch (IOException failure) {
                LOG.warn("{}: the script log of {} could not be closed", settings.module(), call.hook(), failure);
            }
        }

        @Override
        public void endedAfterAll() {
            leftBehind.decrementAndGet();
            services.log().write(LogLevel.W, ORIGIN, "Script " + call.hook() + ", left behind earlier, ended at last");
        }
    }
}
