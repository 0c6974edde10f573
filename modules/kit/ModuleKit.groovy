package dev.lockstep.modules.kit

import dev.lockstep.node.hooks.GroovyHookRunner
import dev.lockstep.node.hooks.HookCall
import dev.lockstep.node.hooks.HookOutcome
import dev.lockstep.node.hooks.HookRunner
import dev.lockstep.node.hooks.HookServices
import dev.lockstep.node.hooks.HookSettings
import dev.lockstep.node.hooks.Processes
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.StandardCopyOption
import java.time.Clock
import java.time.Duration
import java.util.concurrent.CompletableFuture
import java.util.concurrent.TimeUnit

/**
 * Runs the hooks of a module folder in the real engine. Only the outermost edge is replaced: the processes they start, the commands
 * they give and the module log, all of which a specification can look at afterwards.
 */
class ModuleKit implements AutoCloseable {
    /** Lines of the module log: level and text. */
    final List<String> log = Collections.synchronizedList([])

    /** Commands given with {@code lockstep(...)}. */
    final List<List<String>> commands = Collections.synchronizedList([])

    /** The working directory of the module, {@code SAFEUSERVAR}. */
    final Path state

    private final HookRunner runner

    /**
     * Loads the hooks from a copy, as the engine does: what it keeps beside them does not get into the module.
     *
     * @param folder the module, such as {@code mirror.safe}
     * @param variables every {@code <var>}
     * @param processes what answers {@code exec}
     */
    ModuleKit(Path folder, Path temporary, Map<String, String> variables, Processes processes) {
        state = temporary.resolve('state')
        def applied = copy(folder, Files.createTempDirectory(Files.createDirectories(temporary), 'applied').resolve('module'))
        def settings = new HookSettings('ledger', 'alpha', temporary, temporary, applied.resolve('bin'),
            applied.resolve('conf'), state, variables, Duration.ofSeconds(20), Duration.ofSeconds(20),
            Duration.ofSeconds(20), true, 1 << 20)
        def services = new HookServices(new ListLog(log), { name -> Optional.empty() }, { words ->
            commands << words
            new HookServices.Answer(0, 'accepted')
        })
        runner = GroovyHookRunner.load(settings, services, processes, Clock.systemUTC())
    }

    private static Path copy(Path folder, Path target) {
        Files.walk(folder).withCloseable { paths ->
            paths.forEach {
                Files.copy(it, target.resolve(folder.relativize(it).toString()), StandardCopyOption.COPY_ATTRIBUTES)
            }
        }
        target
    }

    /** The hooks that exist. */
    Set<String> getHooks() {
        runner.hooks()
    }

    /** Runs a hook with the arguments of the engine and waits for its end. */
    HookOutcome run(String hook, String... arguments) {
        def outcome = new CompletableFuture<HookOutcome>()
        runner.start(new HookCall(hook, arguments as List), { outcome.complete(it) })
        outcome.get(60, TimeUnit.SECONDS)
    }

    /** Everything the hooks printed, in the order of their calls. */
    String getPrinted() {
        state.toFile().listFiles().findAll { it.name.endsWith('.ulog') }.sort().collect { it.text }.join('')
    }

    @Override
    void close() {
        runner.close()
    }
}
