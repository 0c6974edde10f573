package dev.lockstep.node.hooks;

import dev.lockstep.api.words.Trouble;
import dev.lockstep.node.hooks.HookFiles.HookFile;
import groovy.lang.GroovyClassLoader;
import groovy.lang.GroovyCodeSource;
import groovy.transform.ThreadInterrupt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.codehaus.groovy.control.CompilationFailedException;
import org.codehaus.groovy.control.CompilerConfiguration;
import org.codehaus.groovy.control.MultipleCompilationErrorsException;
import org.codehaus.groovy.control.customizers.ASTTransformationCustomizer;
import org.codehaus.groovy.control.customizers.CompilationCustomizer;
import org.codehaus.groovy.control.messages.Message;
import org.codehaus.groovy.control.messages.SyntaxErrorMessage;
import org.codehaus.groovy.syntax.SyntaxException;

/**
 * Compiles the Groovy hooks of a module. Loops and methods get a check for interruption, so that a hook without end can be given
 * up, and calls that would end the daemon are refused.
 */
final class HookCompiler {
    /** Largest Groovy script that is compiled: the compiler needs many times its size. */
    static final long SCRIPT_BYTES = 512L << 10;

    private static final String PREFIX = "hook_";

    private HookCompiler() {}

    /**
     * The script classes of the Groovy hooks, by name. Other scripts in {@code bin} can be used as classes.
     *
     * @param loader made by {@link #loader}
     * @throws HookFaults with every fault of every hook
     */
    static Map<String, Class<? extends HookScript>> compile(Map<String, HookFile> files, GroovyClassLoader loader)
            throws HookFaults {
        Map<String, Class<? extends HookScript>> classes = new TreeMap<>();
        List<String> faults = tooLarge(files);
        if (!faults.isEmpty()) {
            throw new HookFaults(faults);
        }
        files.forEach((name, hook) -> {
            if (hook instanceof HookFile.Groovy(Path file)) {
                try {
                    Class<?> compiled = loader.parseClass(source(file));
                    classes.put(name, compiled.asSubclass(HookScript.class));
                } catch (MultipleCompilationErrorsException errors) {
                    errors.getErrorCollector().getErrors().forEach(error -> faults.add(fault(file, error)));
                } catch (StackOverflowError tooDeep) {
                    faults.add(file.getFileName() + ": it is nested too deeply to be compiled");
                } catch (CompilationFailedException | IOException | ClassCastException failure) {
                    faults.add(file.getFileName() + ": " + Trouble.of(failure));
                }
            }
        });
        if (!faults.isEmpty()) {
            throw new HookFaults(faults);
        }
        return classes;
    }

    /** Scripts beside the hooks count too: they are compiled when one of these uses them. */
    private static List<String> tooLarge(Map<String, HookFile> hooks) {
        List<String> faults = new ArrayList<>();
        hooks.values().stream().map(hook -> hook.file().getParent()).findFirst().ifPresent(bin -> {
            try (Stream<Path> scripts = Files.find(
                    bin,
                    Integer.MAX_VALUE,
                    (file, attributes) -> file.toString().endsWith(".groovy") && attributes.size() > SCRIPT_BYTES)) {
                scripts.limit(1)
                        .forEach(file -> faults.add(bin.relativize(file) + ": it has more than the " + SCRIPT_BYTES
                                + " bytes of a script"));
            } catch (IOException failure) {
                faults.add(bin + ": " + Trouble.of(failure));
            }
        });
        return faults;
    }

    /** The script as a source whose class does not hide the variable {@code state} from the hook of that name. */
    private static GroovyCodeSource source(Path file) throws IOException {
        return new GroovyCodeSource(
                Files.readString(file),
                PREFIX + file.getFileName(),
                file.getParent().toString());
    }

    /** The name of a script as it lies in {@code bin}, from the name of its compiled source. */
    static String fileName(String sourceName) {
        return sourceName.startsWith(PREFIX) ? sourceName.substring(PREFIX.length()) : sourceName;
    }

    /**
     * A loader for one applied configuration; close it when the configuration is given up.
     *
     * @param more looks at the scripts as they are compiled
     */
    static GroovyClassLoader loader(Path bin, CompilationCustomizer... more) {
        CompilerConfiguration configuration = configuration();
        configuration.addCompilationCustomizers(more);
        return loader(bin, configuration);
    }

    /**
     * A loader that also tells the byte code of every class.
     *
     * @param code told name and byte code
     */
    static GroovyClassLoader loader(Path bin, BiConsumer<String, byte[]> code) {
        CompilerConfiguration configuration = configuration();
        configuration.setBytecodePostprocessor((name, bytes) -> {
            code.accept(name, bytes);
            return bytes;
        });
        return loader(bin, configuration);
    }

    private static CompilerConfiguration configuration() {
        CompilerConfiguration configuration = new CompilerConfiguration();
        configuration.setSourceEncoding(StandardCharsets.UTF_8.name());
        configuration.setScriptBaseClass(HookScript.class.getName());
        configuration.addCompilationCustomizers(
                new ASTTransformationCustomizer(ThreadInterrupt.class), new DaemonGuard());
        return configuration;
    }

    private static GroovyClassLoader loader(Path bin, CompilerConfiguration configuration) {
        GroovyClassLoader loader = new GroovyClassLoader(HookCompiler.class.getClassLoader(), configuration);
        loader.addClasspath(bin.toString());
        return loader;
    }

    private static String fault(Path file, Message error) {
        if (error instanceof SyntaxErrorMessage syntax) {
            SyntaxException cause = syntax.getCause();
            String where = cause.getSourceLocator() == null
                    ? file.getFileName().toString()
                    : fileName(String.valueOf(Path.of(cause.getSourceLocator()).getFileName()));
            return where + ":" + cause.getStartLine() + ":" + cause.getStartColumn() + ": "
                    + cause.getOriginalMessage();
        }
        java.io.StringWriter text = new java.io.StringWriter();
        error.write(new java.io.PrintWriter(text));
        return file.getFileName() + ": " + text.toString().strip();
    }
}
