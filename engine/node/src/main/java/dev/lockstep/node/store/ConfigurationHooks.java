package dev.lockstep.node.store;

import dev.lockstep.core.config.ModuleConfig;
import dev.lockstep.core.config.UserConfig;
import dev.lockstep.node.Fault;
import dev.lockstep.node.Refusal;
import dev.lockstep.node.hooks.GroovyHookRunner;
import dev.lockstep.node.hooks.HookCall;
import dev.lockstep.node.hooks.HookFaults;
import dev.lockstep.node.hooks.HookOutcome;
import dev.lockstep.node.hooks.HookRun;
import dev.lockstep.node.hooks.HookRunner;
import dev.lockstep.node.hooks.HookServices;
import dev.lockstep.node.hooks.HookSettings;
import dev.lockstep.node.hooks.Processes;
import dev.lockstep.node.hooks.UserLogs;
import dev.lockstep.node.log.ModuleLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs the hooks that belong to configuring a module: {@code config}, {@code postconfig}, {@code deconfig}, {@code confcheck}. */
final class ConfigurationHooks {
    /** Time such a hook has. */
    static final Duration LIMIT = Duration.ofMinutes(10);

    private static final Pattern PLACED =
            Pattern.compile("([^:]{1,255}):([0-9]{1,9}):([0-9]{1,9}): (.*)", Pattern.DOTALL);

    private final Path home;
    private final Path var;
    private final Processes processes;
    private final Function<String, ModuleLog> logs;
    private final Clock clock;

    ConfigurationHooks(Path home, Path var, Processes processes, Function<String, ModuleLog> logs, Clock clock) {
        this.home = home;
        this.var = var;
        this.processes = processes;
        this.logs = logs;
        this.clock = clock;
    }

    /**
     * Runs one of these hooks, if it exists, and waits for its end.
     *
     * @param folder the copy of the module it runs from
     * @throws Refusal (FAILED) if it fails
     */
    void run(String module, String node, Path folder, ModuleConfig config, String hook) throws Refusal, IOException {
        if (config.user().isEmpty()) {
            return;
        }
        HookSettings settings = settings(module, node, folder, config.user().get());
        HookServices services = new HookServices(
                logs.apply(module),
                name -> Optional.empty(),
                arguments ->
                        new HookServices.Answer(1, "no command can be given while the module is being configured"));
        try (HookRunner runner = GroovyHookRunner.load(settings, services, processes, clock)) {
            CompletableFuture<HookOutcome> outcome = new CompletableFuture<>();
            LastLines printed = new LastLines();
            HookRun run = runner.start(new HookCall(hook, List.of()), printed, outcome::complete);
            judge(hook, await(run, outcome), printed, settings);
        } catch (HookFaults faults) {
            throw faulty(module, faults);
        }
    }

    private HookSettings settings(String module, String node, Path folder, UserConfig user) {
        return new HookSettings(
                module,
                node,
                home,
                var,
                folder.resolve("bin"),
                folder.resolve("conf"),
                var.resolve("state").resolve(module),
                user.variables(),
                user.niceStopTimeout(),
                user.forceStopTimeout(),
                LIMIT,
                user.logging(),
                user.logSize() * 1024L);
    }

    private static HookOutcome await(HookRun run, CompletableFuture<HookOutcome> outcome) {
        try {
            return outcome.get(LIMIT.toSeconds() * 2, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            run.abandon();
            Thread.currentThread().interrupt();
            return new HookOutcome.TimedOut("the daemon is ending");
        } catch (ExecutionException | TimeoutException impossible) {
            run.abandon();
            throw new IllegalStateException("a hook is answered within its time", impossible);
        }
    }

    private static void judge(String hook, HookOutcome outcome, LastLines printed, HookSettings settings)
            throws Refusal, IOException {
        switch (outcome) {
            case HookOutcome.Ok ok -> {
                return;
            }
            case HookOutcome.Missing missing -> {
                return;
            }
            case HookOutcome.Failed failed -> throw failed(hook, failed.detail(), printed, settings);
            case HookOutcome.TimedOut timedOut -> throw failed(hook, timedOut.detail(), printed, settings);
        }
    }

    private static Refusal failed(String hook, String detail, LastLines printed, HookSettings settings)
            throws IOException {
        List<String> lines = printed.lines();
        String reason = lines.isEmpty() ? detail : detail + "\nIts last lines:\n" + String.join("\n", lines);
        String log = UserLogs.newest(settings.state(), hook)
                .map(file -> "all it printed is in " + file + ".")
                .orElse("it has no log, because of logging=\"none\" or a full disk.");
        return new Refusal(Refusal.Kind.FAILED, "The hook " + hook + " failed.", reason, "Correct the script; " + log);
    }

    /** The refusal of a module whose scripts have faults. */
    static Refusal faulty(String module, HookFaults faults) {
        return new Refusal(
                Refusal.Kind.INVALID,
                "The hooks of " + module + " have faults.",
                String.join("\n", faults.faults()),
                "Correct the scripts in bin/ of the module and apply it again.",
                faults.faults().stream().map(ConfigurationHooks::fault).toList());
    }

    /** {@code start_prim.groovy:12:5: unexpected token} in parts. */
    private static Fault fault(String sentence) {
        Matcher placed = PLACED.matcher(sentence);
        return placed.matches()
                ? new Fault(
                        "error",
                        "bin/" + placed.group(1),
                        Integer.parseInt(placed.group(2)),
                        Integer.parseInt(placed.group(3)),
                        "",
                        "",
                        placed.group(4),
                        "")
                : new Fault("error", "", 0, 0, "", "", sentence, "");
    }
}
