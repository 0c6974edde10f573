package dev.lockstep.modules

import dev.lockstep.core.mirror.LogLevel
import dev.lockstep.node.hooks.GroovyHookRunner
import dev.lockstep.node.hooks.HookCall
import dev.lockstep.node.hooks.HookOutcome
import dev.lockstep.node.hooks.HookServices
import dev.lockstep.node.hooks.HookSettings
import dev.lockstep.node.hooks.Processes
import dev.lockstep.node.log.LogLine
import dev.lockstep.node.log.ModuleLog

import java.nio.file.Files
import java.nio.file.Path
import java.time.Clock
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.TimeUnit
import java.util.function.Consumer

/**
 * Runs the hooks of a module as the daemon does, with its own runner; only the processes they start and the engine they give
 * orders to are faked. Processes return 0 unless told otherwise.
 */
class ModuleKit implements AutoCloseable {
    private static final long HOOK_SECONDS_MAX = 60

    private final GroovyHookRunner runner
    private final List<String> commands = new CopyOnWriteArrayList<>()
    private final List<String> orders = new CopyOnWriteArrayList<>()
    private final Map<String, Integer> answers = [:]

    /**
     * @param module folder {@code NAME.safe}
     * @param directory an empty directory for the script logs
     * @param variables what the {@code var} elements give
     */
    ModuleKit(Path module, Path directory, Map<String, String> variables) {
        Path state = Files.createTempDirectory(directory, 'state')
        def settings = new HookSettings(
            'app', 'alpha', directory, directory, module.toAbsolutePath().resolve('bin'),
            module.toAbsolutePath().resolve('conf'), state, variables,
            Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofSeconds(20), true, 1L << 20)
        def services = new HookServices(
            new Lines(), { Optional.empty() }, { List<String> words ->
                orders << words.join(' ')
                new HookServices.Answer(0, '')
            })
        Processes processes = { Processes.Command command, OutputStream output ->
            String line = command.words().join(' ')
            commands << line
            new Processes.Result(answers.getOrDefault(line, 0), '')
        }
        runner = GroovyHookRunner.load(settings, services, processes, Clock.systemUTC())
    }

    /** Makes a process return another status. */
    void answer(String command, int exitValue) {
        answers[command] = exitValue
    }

    /** Runs a hook to its end. */
    HookOutcome run(String hook, String... arguments) {
        def outcome = new CompletableFuture<HookOutcome>()
        runner.start(new HookCall(hook, arguments.toList()), { outcome.complete(it) } as Consumer<HookOutcome>)
        return outcome.get(HOOK_SECONDS_MAX, TimeUnit.SECONDS)
    }

    /** The processes started so far. */
    List<String> commands() {
        return List.copyOf(commands)
    }

    /** The orders given to the engine so far. */
    List<String> orders() {
        return List.copyOf(orders)
    }

    @Override
    void close() {
        runner.close()
    }

    private static final class Lines implements ModuleLog {
        private final List<LogLine> lines = new CopyOnWriteArrayList<>()

        @Override
        void write(LogLevel level, String origin, int key, String text) {
            lines << new LogLine(java.time.Instant.EPOCH, origin, level, key, text)
        }

        @Override
        List<LogLine> tail(int count, boolean verbose) {
            return List.copyOf(lines)
        }

        @Override
        ModuleLog.Following follow(int back, boolean verbose, Consumer<LogLine> reader) {
            lines.each { reader.accept(it) }
            return { -> }
        }

        @Override
        void close() {
            lines.clear()
        }
    }
}
