package dev.lockstep.node.hooks;

import dev.lockstep.node.hooks.HookFiles.HookFile;
import groovy.lang.GroovyClassLoader;
import java.io.Closeable;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.codehaus.groovy.runtime.InvokerHelper;

/**
 * The classes of the Groovy hooks of one applied configuration. A class is made when it is used first, so that a node starts
 * without the Groovy runtime.
 */
final class HookClasses implements Closeable {
    private final URLClassLoader loader;
    private final Finder finder;
    private final Set<String> scripts;

    /** The class of a hook, made now if it was not used before. */
    @FunctionalInterface
    private interface Finder {
        Class<?> find(String hook) throws ClassNotFoundException;
    }

    private HookClasses(URLClassLoader loader, Finder finder, Set<String> scripts) {
        this.loader = loader;
        this.finder = finder;
        this.scripts = Set.copyOf(scripts);
    }

    /**
     * The classes of these hooks: those kept from when they were compiled, or compiled now and kept for the next start.
     *
     * @throws HookFaults if a script has faults
     * @throws IOException if the directory cannot be read
     */
    static HookClasses load(Map<String, HookFile> files, Path bin) throws HookFaults, IOException {
        if (files.values().stream().noneMatch(HookFile.Groovy.class::isInstance)) {
            return of(bin, new CompiledHooks(Map.of(), Map.of()));
        }
        HookCache cache = HookCache.of(bin);
        Optional<CompiledHooks> kept = cache.read();
        return kept.isPresent() ? of(bin, kept.get()) : compile(files, bin, cache);
    }

    private static HookClasses of(Path bin, CompiledHooks compiled) throws MalformedURLException {
        Loader loader = new Loader(bin, compiled.classes());
        return new HookClasses(
                loader,
                hook -> loader.loadClass(compiled.scripts().get(hook)),
                compiled.scripts().keySet());
    }

    /** Scripts that bring different classes of one name are left to the loader of Groovy, which keeps them apart. */
    private static HookClasses compile(Map<String, HookFile> files, Path bin, HookCache cache)
            throws HookFaults, IOException {
        Map<String, byte[]> code = new TreeMap<>();
        Set<String> ambiguous = new HashSet<>();
        GroovyClassLoader groovy = HookCompiler.loader(bin, (name, bytes) -> {
            byte[] before = code.put(name, bytes);
            if (before != null && !Arrays.equals(before, bytes)) {
                ambiguous.add(name);
            }
        });
        Map<String, Class<? extends HookScript>> classes = HookCompiler.compile(files, groovy);
        if (!ambiguous.isEmpty()) {
            return new HookClasses(groovy, classes::get, classes.keySet());
        }
        groovy.close();
        Map<String, String> scripts = new TreeMap<>();
        classes.forEach((hook, script) -> scripts.put(hook, script.getName()));
        CompiledHooks compiled = new CompiledHooks(scripts, code);
        cache.keep(compiled);
        return of(bin, compiled);
    }

    /** The class of a Groovy hook. */
    Class<? extends HookScript> script(String hook) throws ClassNotFoundException {
        return finder.find(hook).asSubclass(HookScript.class);
    }

    /** Makes the classes of the scripts and the Groovy runtime ready; runs nothing of the scripts. */
    void prepare() throws ClassNotFoundException {
        for (String hook : scripts) {
            InvokerHelper.getMetaClass(script(hook));
        }
    }

    /** The loader of all of them. */
    ClassLoader loader() {
        return loader;
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }

    /** Classes from byte code in memory; what scripts ask for by name alone is looked for in {@code bin}, as source too. */
    private static final class Loader extends URLClassLoader {
        private final Path bin;
        private final Map<String, byte[]> classes;
        private GroovyClassLoader sources;

        static {
            registerAsParallelCapable();
        }

        private Loader(Path bin, Map<String, byte[]> classes) throws MalformedURLException {
            super("hooks", new URL[] {bin.toUri().toURL()}, HookClasses.class.getClassLoader());
            this.bin = bin;
            this.classes = classes;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            byte[] code = classes.get(name);
            if (code != null) {
                return defineClass(name, code, 0, code.length);
            }
            if (Files.isRegularFile(bin.resolve(name.replace('.', '/') + ".groovy"))) {
                return sources().loadClass(name);
            }
            return super.findClass(name);
        }

        private synchronized GroovyClassLoader sources() {
            if (sources == null) {
                sources = HookCompiler.loader(bin);
            }
            return sources;
        }

        @Override
        public synchronized void close() throws IOException {
            if (sources != null) {
                sources.close();
            }
            super.close();
        }
    }
}
