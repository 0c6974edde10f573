package dev.lockstep.node.store;

import dev.lockstep.config.xml.XmlFault;
import dev.lockstep.config.xml.XmlSource;
import dev.lockstep.core.config.ModuleConfig;
import dev.lockstep.node.Refusal;
import dev.lockstep.node.hooks.Processes;
import dev.lockstep.node.log.ModuleLog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The modules as folders below the state directory of the node; templates come with the installation. */
public final class FolderModuleStore implements ModuleStore {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,47}");
    private static final Pattern UNFINISHED = Pattern.compile(NAME + "\\.[0-9]+|received[0-9]+\\.zip");
    private static final String EXTENSION = ".safe";
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd_HHmmss", Locale.ROOT);

    private final Path templates;
    private final Path edited;
    private final Path backup;
    private final ModuleIds ids;
    private final AppliedFolders applied;
    private final ModuleChecks checks;
    private final Clock clock;

    /**
     * Where the store lies and what it works with.
     *
     * @param home installation, with templates in {@code modules/}
     * @param var state directory of the node
     * @param clusters the cluster modules are to run in
     * @param logs the log of a module, for the hooks that configure it
     * @param notice told, in a sentence, what was found damaged and put right
     */
    public record Setup(
            Path home,
            Path var,
            Configurations configurations,
            ClusterStore clusters,
            Processes processes,
            Function<String, ModuleLog> logs,
            Clock clock,
            Consumer<String> notice) {}

    private FolderModuleStore(Setup setup, ModuleIds ids) throws IOException {
        this.ids = ids;
        this.clock = setup.clock();
        templates = setup.home().resolve("modules");
        edited = Files.createDirectories(setup.var().resolve("modules"));
        removeUnfinished();
        backup = setup.var().resolve("backup");
        ConfigurationHooks hooks =
                new ConfigurationHooks(setup.home(), setup.var(), setup.processes(), setup.logs(), clock);
        checks = new ModuleChecks(setup.configurations(), setup.clusters());
        applied = new AppliedFolders(setup.var(), checks, hooks, clock, setup.notice());
    }

    /** What an installation left that a crash cut off. */
    private void removeUnfinished() throws IOException {
        try (Stream<Path> entries = Files.list(edited)) {
            for (Path entry : entries.toList()) {
                if (UNFINISHED.matcher(entry.getFileName().toString()).matches()) {
                    ModuleFolder.remove(entry);
                }
            }
        }
    }

    /** Opens the store and puts right what a crash left half done. */
    public static FolderModuleStore open(Setup setup) throws IOException {
        return new FolderModuleStore(
                setup,
                ModuleIds.open(setup.var().resolve("state").resolve("module-ids"), setup.clock(), setup.notice()));
    }

    @Override
    public synchronized List<Installed> installed() throws IOException {
        List<Installed> found = new ArrayList<>();
        try (Stream<Path> entries = Files.list(edited)) {
            for (Path folder : entries.sorted().toList()) {
                String file = folder.getFileName().toString();
                String name = file.endsWith(EXTENSION) ? file.substring(0, file.length() - EXTENSION.length()) : "";
                if (NAME.matcher(name).matches() && ModuleFolder.is(folder)) {
                    found.add(new Installed(name, ids.get(name).orElse(Installed.NO_ID), folder));
                }
            }
        }
        return found;
    }

    private Installed installed(String module) throws Refusal, IOException {
        Path folder = edited.resolve(module + EXTENSION);
        if (NAME.matcher(module).matches() && Files.isDirectory(folder) && !ModuleFolder.is(folder)) {
            throw new Refusal(
                    Refusal.Kind.INVALID,
                    "The folder " + folder + " is no module.",
                    "It has no " + ModuleFolder.CONFIGURATION + ".",
                    "Write one; 'lockstep module install -m NAME mirror' brings one to begin with.");
        }
        List<Installed> all = installed();
        return all.stream()
                .filter(one -> one.name().equals(module))
                .findFirst()
                .orElseThrow(() -> UnknownModule.of(
                        module, all.stream().map(Installed::name).toList()));
    }

    /** The names to which an id may belong: what is neither installed nor applied any more, removed by hand, has none. */
    private Set<String> names() throws IOException {
        Set<String> names = new HashSet<>(applied.names());
        installed().forEach(one -> names.add(one.name()));
        return names;
    }

    @Override
    public synchronized List<AppliedModule> applied() throws IOException {
        List<AppliedModule> found = new ArrayList<>();
        for (String name : applied.names()) {
            applied(name).ifPresent(found::add);
        }
        return found;
    }

    @Override
    public synchronized Optional<AppliedModule> applied(String module) throws IOException {
        if (!applied.names().contains(module)) {
            return Optional.empty();
        }
        try {
            // An applied module without an id is one whose file of ids was lost.
            return applied.find(module, ids.orNext(module, names()));
        } catch (Refusal noNumberLeft) {
            throw new IOException(noNumberLeft.text(), noNumberLeft);
        }
    }

    @Override
    public ModuleConfig configuration(AppliedModule module) throws Refusal, IOException {
        applied.requireGenuine(module);
        return checks.expanded(module);
    }

    @Override
    public Installed install(Install order) throws Refusal, IOException {
        if (order.source().isEmpty() && order.id() != Installed.NO_ID && !order.replace()) {
            Optional<Installed> there = installed().stream()
                    .filter(one -> one.name().equals(order.name()))
                    .findFirst();
            if (there.isPresent()) {
                return number(there.get(), order.id());
            }
        }
        Path source = source(order);
        return install(order, name(order, source), staging -> {
            if (Files.isDirectory(source)) {
                SafeCopy.copy(source, staging);
            } else {
                ModuleFolder.unpack(source, staging);
            }
        });
    }

    @Override
    public Installed install(Install order, InputStream archive) throws Refusal, IOException {
        String name = name(order, Path.of(order.source().isEmpty() ? "archive" : order.source()));
        Path received = Files.createTempFile(edited, "received", ".zip");
        try {
            Files.copy(archive, received, StandardCopyOption.REPLACE_EXISTING);
            return install(order, name, staging -> ModuleFolder.unpack(received, staging));
        } finally {
            Files.deleteIfExists(received);
        }
    }

    /** Gives an id to a module that is there, for example as a folder that was dropped in. */
    private synchronized Installed number(Installed module, int id) throws Refusal, IOException {
        if (module.id() != id && applied.names().contains(module.name())) {
            throw new Refusal(
                    Refusal.Kind.STATE,
                    "The module " + module.name() + " is configured with the id " + module.id() + ".",
                    "Its ports follow from its id, and it works with them.",
                    "Remove its configuration with 'lockstep deconfig -m " + module.name() + "' first.");
        }
        return new Installed(module.name(), ids.take(module.name(), id, names()), module.directory());
    }

    /** Brings the files of a module into a folder. */
    @FunctionalInterface
    private interface Filling {
        void fill(Path folder) throws Refusal, IOException;
    }

    /** Fills a folder of its own without holding anybody up: what is copied may be large, or somebody else's who never lets it end. */
    private Installed install(Install order, String name, Filling filling) throws Refusal, IOException {
        Path staging = Files.createTempDirectory(edited, name + ".").resolve("new");
        try {
            filling.fill(staging);
            return take(order, name, staging);
        } finally {
            ModuleFolder.remove(staging.getParent());
        }
    }

    private synchronized Installed take(Install order, String name, Path staging) throws Refusal, IOException {
        Path target = edited.resolve(name + EXTENSION);
        if (ModuleFolder.is(target) && !order.replace()) {
            throw new Refusal(
                    Refusal.Kind.STATE,
                    "The module " + name + " is installed already.",
                    "",
                    "Use -r to replace its files, or give it another name with -m.");
        }
        Path configuration = staging.resolve(ModuleFolder.CONFIGURATION);
        if (!Files.isRegularFile(configuration)) {
            throw new Refusal(
                    Refusal.Kind.INVALID,
                    "What is to be installed is no module.",
                    "It has no " + ModuleFolder.CONFIGURATION + ".",
                    "Give the folder NAME.safe itself, or an archive of it.");
        }
        byte[] content = ModuleFolder.configuration(staging, target);
        if (!order.macros().isEmpty()) {
            requireWellFormed(content);
            String xml = Files.readString(configuration);
            Files.writeString(configuration, MacroSetter.set(xml, order.macros(), ModuleFolder.CONFIGURATION));
        }
        ModuleFolder.makeExecutable(staging.resolve("bin"));
        int id = order.id() == Installed.NO_ID ? ids.orNext(name, names()) : ids.take(name, order.id(), names());
        ModuleFolder.remove(target);
        Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
        return new Installed(name, id, target);
    }

    /** Macros are set in a text that is known to be one: looking for them costs little there. */
    private static void requireWellFormed(byte[] configuration) throws Refusal {
        try {
            XmlSource.read(configuration, "safe");
        } catch (XmlFault fault) {
            throw new Refusal(
                    Refusal.Kind.INVALID,
                    "The macros of " + ModuleFolder.CONFIGURATION + " cannot be set.",
                    ModuleFolder.CONFIGURATION + ":" + fault.place().line() + ":"
                            + fault.place().column() + ": " + fault.problem() + ".",
                    fault.remedy());
        }
    }

    private static String name(Install order, Path source) throws Refusal {
        String file = source.getFileName().toString();
        String name = order.name().isEmpty() ? file.replaceFirst("\\.(safe|zip)$", "") : order.name();
        if (!NAME.matcher(name).matches()) {
            throw new Refusal(
                    Refusal.Kind.INVALID,
                    "A module cannot be named '" + name + "'.",
                    "Names have letters, digits, '-' and '_', at most 48.",
                    "Give a name with -m.");
        }
        return name;
    }

    /** The folder or archive meant by the order. */
    private Path source(Install order) throws Refusal, IOException {
        String wanted = order.source().isEmpty() ? order.name() : order.source();
        if (wanted.isEmpty()) {
            throw new Refusal(
                    Refusal.Kind.INVALID,
                    "Nothing to install was named.",
                    templateNames(),
                    "Write 'lockstep module install -m NAME TEMPLATE', or the path of a folder or archive.");
        }
        Path path = Path.of(wanted);
        if (path.isAbsolute()) {
            if (Files.exists(path)) {
                return path;
            }
        } else {
            for (String name : List.of(wanted, wanted + EXTENSION)) {
                Path template = templates.resolve(name).normalize();
                if (template.startsWith(templates) && !template.equals(templates) && Files.exists(template)) {
                    return template;
                }
            }
        }
        throw new Refusal(
                Refusal.Kind.UNKNOWN,
                "There is no module " + wanted + " to install.",
                templateNames(),
                "Give the name of a template, or the path of a folder or archive.");
    }

    private String templateNames() throws IOException {
        if (!Files.isDirectory(templates)) {
            return "There are no templates in " + templates + ".";
        }
        try (Stream<Path> entries = Files.list(templates)) {
            List<String> names = entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.endsWith(EXTENSION))
                    .sorted()
                    .toList();
            return "Templates in " + templates + ": " + (names.isEmpty() ? "none" : String.join(", ", names)) + ".";
        }
    }

    @Override
    public void pack(String module, Path file) throws Refusal, IOException {
        Installed installed = installed(module);
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException exists) {
            throw new Refusal(
                    Refusal.Kind.STATE, "The file " + file + " exists already.", "", "Give the name of a new file.");
        }
        ModuleFolder.pack(installed.directory(), file);
    }

    @Override
    public synchronized Path uninstall(String module) throws Refusal, IOException {
        Installed installed = installed(module);
        if (applied(module).isPresent()) {
            throw new Refusal(
                    Refusal.Kind.STATE,
                    "The module " + module + " is still applied.",
                    "",
                    "Remove its configuration with 'lockstep deconfig -m " + module + "' first.");
        }
        Files.createDirectories(backup);
        Path kept = backup.resolve(module + "_" + STAMP.format(LocalDateTime.now(clock)) + EXTENSION);
        ModuleFolder.pack(installed.directory(), kept);
        ModuleFolder.remove(installed.directory());
        ids.free(module);
        return kept;
    }

    @Override
    public Advice check(String module) throws Refusal, IOException {
        return applied.check(installed(module), applied());
    }

    @Override
    public Applying apply(String module) throws Refusal, IOException {
        Installed edited = installed(module);
        if (edited.id() != Installed.NO_ID) {
            return applied.apply(edited, applied());
        }
        int id = ids.orNext(module, names());
        boolean done = false;
        try {
            Applying applying = applied.apply(new Installed(module, id, edited.directory()), applied());
            done = true;
            return applying;
        } finally {
            if (!done) {
                ids.free(module);
            }
        }
    }

    @Override
    public List<String> unapply(String module) throws Refusal, IOException {
        Optional<AppliedModule> found = applied(module);
        if (found.isEmpty()) {
            String name = installed(module).name();
            throw new Refusal(Refusal.Kind.UNKNOWN, "The module " + name + " is not configured.", "", "");
        }
        return applied.remove(found.get());
    }

    @Override
    public Info info(String module) throws Refusal, IOException {
        Installed installed = installed(module);
        Optional<AppliedModule> now = applied(module);
        return new Info(
                AppliedFolders.signature(installed.directory()),
                AppliedFolders.modified(installed.directory()).getEpochSecond(),
                now.map(AppliedModule::signature).orElse(""),
                now.map(one -> one.applied().getEpochSecond()).orElse(0L));
    }
}
