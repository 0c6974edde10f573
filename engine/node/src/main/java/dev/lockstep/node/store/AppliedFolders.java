package dev.lockstep.node.store;

import dev.lockstep.node.Refusal;
import dev.lockstep.node.state.AtomicFile;
import dev.lockstep.node.store.ModuleChecks.Checked;
import dev.lockstep.node.store.ModuleStore.Applying;
import dev.lockstep.node.store.ModuleStore.Installed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The applied copies. A new one is built beside the one in force, takes its place by renaming, and becomes final when the hook
 * {@code postconfig} has ended well; until then the former one is kept and comes back, also after a crash.
 */
final class AppliedFolders {
    /** Applied configurations kept as archives, per module. */
    static final int KEPT = 3;

    private static final String MARK = "applied";
    private static final String NEW = ".new";
    private static final String OLD = ".old";
    private static final String CHECK = ".check";
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd_HHmmss", Locale.ROOT);

    private final Path directory;
    private final Path states;
    private final Path archives;
    private final ModuleChecks checks;
    private final ConfigurationHooks hooks;
    private final Clock clock;

    AppliedFolders(Path var, ModuleChecks checks, ConfigurationHooks hooks, Clock clock, Consumer<String> notice)
            throws IOException {
        directory = Files.createDirectories(var.resolve("applied"));
        states = var.resolve("state");
        archives = var.resolve("modules").resolve("lastconfig");
        this.checks = checks;
        this.hooks = hooks;
        this.clock = clock;
        recover(notice);
    }

    private void recover(Consumer<String> notice) throws IOException {
        for (Path folder : list()) {
            String name = folder.getFileName().toString();
            if (name.endsWith(NEW) || name.endsWith(CHECK)) {
                ModuleFolder.remove(folder);
            } else if (name.endsWith(OLD)) {
                Path force = directory.resolve(name.substring(0, name.length() - OLD.length()));
                ModuleFolder.remove(force);
                Files.move(folder, force, StandardCopyOption.ATOMIC_MOVE);
                notice.accept("The configuration of " + force.getFileName()
                        + " was being applied when the daemon ended: the former one is in force. Apply it again.");
            }
        }
    }

    private List<Path> list() throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }

    /** The names of the modules that are applied. */
    List<String> names() throws IOException {
        return list().stream()
                .filter(folder -> Files.isRegularFile(folder.resolve(MARK)))
                .map(folder -> folder.getFileName().toString())
                .filter(name -> name.indexOf('.') < 0)
                .toList();
    }

    Optional<AppliedModule> find(String module, int id) throws IOException {
        Path folder = directory.resolve(module);
        Path mark = folder.resolve(MARK);
        if (!Files.isRegularFile(mark)) {
            return Optional.empty();
        }
        return Optional.of(new AppliedModule(
                module,
                id,
                folder,
                Files.createDirectories(states.resolve(module)),
                Files.readString(mark).strip(),
                Files.getLastModifiedTime(mark).toInstant()));
    }

    /** Checks an edited copy, with its hook {@code confcheck}. */
    synchronized Advice check(Installed module, List<AppliedModule> all) throws Refusal, IOException {
        Path staging = directory.resolve(module.name() + CHECK);
        try {
            Checked checked = stage(module, staging, all);
            hooks.run(module.name(), checked.node(), staging, checked.config(), "confcheck");
            return checked.advice();
        } finally {
            ModuleFolder.remove(staging);
        }
    }

    /** Applies an edited copy. */
    synchronized Applying apply(Installed module, List<AppliedModule> all) throws Refusal, IOException {
        Path staging = directory.resolve(module.name() + NEW);
        Path force = directory.resolve(module.name());
        Path former = directory.resolve(module.name() + OLD);
        try {
            Checked checked = stage(module, staging, all);
            hooks.run(module.name(), checked.node(), staging, checked.config(), "config");
            Path state = states.resolve(module.name());
            AppliedRecord.of(staging).keep(state);
            if (Files.exists(force)) {
                Files.move(force, former, StandardCopyOption.ATOMIC_MOVE);
            }
            Files.move(staging, force, StandardCopyOption.ATOMIC_MOVE);
            try {
                hooks.run(module.name(), checked.node(), force, checked.config(), "postconfig");
            } catch (Refusal | IOException | RuntimeException failed) {
                ModuleFolder.remove(force);
                if (Files.exists(former)) {
                    Files.move(former, force, StandardCopyOption.ATOMIC_MOVE);
                }
                throw failed;
            }
            AppliedRecord record = AppliedRecord.of(force);
            record.keep(state);
            ModuleFolder.remove(former);
            record.dropOthers(state);
            archive(module.name(), force);
            AppliedModule applied = find(module.name(), module.id())
                    .orElseThrow(() -> new IOException("the applied configuration in " + force + " disappeared"));
            return new Applying(applied, checked.advice());
        } finally {
            ModuleFolder.remove(staging);
        }
    }

    /** Copies what is applied of a module and checks it. */
    private Checked stage(Installed module, Path staging, List<AppliedModule> all) throws Refusal, IOException {
        ModuleFolder.remove(staging);
        ModuleFolder.createDirectory(staging);
        for (Path part : parts(module.directory())) {
            if (Files.isDirectory(part)) {
                SafeCopy.copy(part, staging.resolve(part.getFileName()));
            }
        }
        ModuleFolder.makeExecutable(staging.resolve("bin"));
        Files.createDirectories(staging.resolve("bin"));
        Files.createDirectories(states.resolve(module.name()));
        // the copy is checked: the edited folder may change at any time
        Checked checked = checks.check(module.name(), staging, module.directory(), all);
        checked = checked.and(custody(module.directory()));
        String signature = signature(staging);
        byte[] expanded = checked.expanded().getBytes(StandardCharsets.UTF_8);
        AtomicFile.replace(staging.resolve("conf").resolve("safeconf.xml"), expanded);
        Path mark = staging.resolve(MARK);
        AtomicFile.replace(mark, (signature + "\n").getBytes(StandardCharsets.UTF_8));
        Files.setLastModifiedTime(mark, FileTime.from(clock.instant()));
        return checked;
    }

    /** A folder that others may change decides what root runs after the next {@code config}. */
    private static List<String> custody(Path folder) throws IOException {
        return Custody.strangers(folder).stream()
                .map(stranger -> stranger + " Whoever may change it decides what root runs after the next 'config':"
                        + " chown -R root: " + folder + " and chmod -R go-w " + folder + ".")
                .toList();
    }

    private static List<Path> parts(Path folder) {
        return List.of(folder.resolve("conf"), folder.resolve("bin"));
    }

    /** The signature of what would be applied of a folder. */
    static String signature(Path folder) throws IOException {
        return Signature.of(parts(folder));
    }

    /** When the youngest of the files was changed that would be applied. */
    static Instant modified(Path folder) throws IOException {
        Instant youngest = Instant.EPOCH;
        for (Path part : parts(folder)) {
            for (Path file : ModuleFolder.files(part)) {
                Instant time = Files.getLastModifiedTime(file).toInstant();
                youngest = time.isAfter(youngest) ? time : youngest;
            }
        }
        return youngest;
    }

    /**
     * Makes sure that an applied copy is what was applied, and root's alone: its hooks are run as root.
     *
     * @throws Refusal (FAILED) with what differs
     */
    void requireGenuine(AppliedModule module) throws Refusal, IOException {
        List<String> strangers = Custody.strangers(module.directory());
        if (!strangers.isEmpty()) {
            throw notGenuine(module, String.join("\n", strangers));
        }
        AppliedRecord now = AppliedRecord.of(module.directory());
        if (!AppliedRecord.anyIn(module.state())) {
            // applied by a version that kept no record, into a folder nobody else could write to
            now.keep(module.state());
            return;
        }
        String difference = now.difference(module.state());
        if (!difference.isEmpty()) {
            throw notGenuine(module, difference);
        }
    }

    private static Refusal notGenuine(AppliedModule module, String reason) {
        return new Refusal(
                Refusal.Kind.FAILED,
                "The applied configuration in " + module.directory()
                        + " is not what 'config' put there, and is not used.",
                reason,
                "Find out who changed it. Then apply the module again: lockstep config -m " + module.name() + ".");
    }

    private void archive(String module, Path folder) throws IOException {
        Files.createDirectories(archives);
        ModuleFolder.pack(folder, archives.resolve(module + "_" + STAMP.format(LocalDateTime.now(clock)) + ".safe"));
        List<Path> kept;
        try (Stream<Path> entries = Files.list(archives)) {
            kept = entries.filter(entry ->
                            entry.getFileName().toString().matches(module + "_\\d{4}-\\d\\d-\\d\\d_\\d{6}\\.safe"))
                    .sorted()
                    .toList();
        }
        for (Path old : kept.subList(0, Math.max(0, kept.size() - KEPT))) {
            Files.deleteIfExists(old);
        }
    }

    /**
     * Runs the hook {@code deconfig} and removes an applied copy.
     *
     * @return what went wrong on the way
     */
    synchronized List<String> remove(AppliedModule module) throws IOException {
        List<String> warnings = new ArrayList<>();
        try {
            requireGenuine(module);
            hooks.run(module.name(), checks.node(), module.directory(), checks.expanded(module), "deconfig");
        } catch (Refusal failed) {
            warnings.add("The hook deconfig did not end well and what it undoes may be left. " + failed.text());
        }
        Path removed = directory.resolve(module.name() + CHECK);
        ModuleFolder.remove(removed);
        Files.move(module.directory(), removed, StandardCopyOption.ATOMIC_MOVE);
        ModuleFolder.remove(removed);
        AppliedRecord.dropAll(module.state());
        return warnings;
    }
}
