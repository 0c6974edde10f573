package dev.lockstep.node.store;

import dev.lockstep.node.hooks.SystemProcesses;
import dev.lockstep.node.log.FileModuleLog;
import dev.lockstep.node.log.ModuleLog;
import dev.lockstep.node.net.LocalAddresses;
import dev.lockstep.node.store.ModuleStore.Installed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A store of modules in a folder of a test, with one template, {@code mirror}, and one node. */
final class StoreBench implements AutoCloseable {
    static final String CONFIGURATION = """
            <!DOCTYPE safe>
            <safe>
              <!-- <macro name="OLD" value="in a comment"/> -->
              <macro name="DIR" value="/srv/data"/> <!-- the directory -->
              <macro value='x' name='SERVICES'/>
              <service mode="mirror"><user/></service>
            </safe>
            """;

    private final Path directory;
    private final Map<String, ModuleLog> logs = new HashMap<>();
    private final List<String> notices = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-21T08:00:00Z");
    private final ModuleStore store;

    private StoreBench(Path directory) throws Exception {
        this.directory = directory;
        Path template = home().resolve("modules/mirror.safe");
        module(template, CONFIGURATION, Map.of("prestart.groovy", "println 'p'", "helper", "#!/bin/sh\n"));
        FileClusterStore clusters = clusters();
        Path cluster = Files.writeString(directory.resolve("c.xml"), "<node name=\"alpha\" addr=\"10.0.0.1\"/>");
        clusters.configure(Optional.of(cluster));
        store = reopen();
    }

    static StoreBench in(Path directory) throws Exception {
        return new StoreBench(directory);
    }

    ModuleStore store() {
        return store;
    }

    /** What the store told so far. */
    List<String> notices() {
        return notices;
    }

    /** Time passes. */
    void pass(Duration time) {
        now = now.plus(time);
    }

    /** The module {@code ledger} with these scripts, dropped into its place. */
    Installed install(Map<String, String> scripts) throws Exception {
        module(edited("ledger.safe"), scripts);
        return store.installed().getFirst();
    }

    /** A folder of a module with these scripts. */
    static void module(Path folder, Map<String, String> scripts) throws IOException {
        module(folder, CONFIGURATION, scripts);
    }

    @Override
    public void close() {
        logs.values().forEach(ModuleLog::close);
    }

    static void module(Path folder, String configuration, Map<String, String> scripts) throws IOException {
        Files.createDirectories(folder.resolve("conf"));
        Files.createDirectories(folder.resolve("bin"));
        Files.writeString(folder.resolve("conf/userconfig.xml"), configuration);
        for (Map.Entry<String, String> script : scripts.entrySet()) {
            Files.writeString(folder.resolve("bin").resolve(script.getKey()), script.getValue());
        }
    }

    static byte[] archive(Map<String, String> files) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, String> file : files.entrySet()) {
                zip.putNextEntry(new ZipEntry(file.getKey()));
                zip.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
        return bytes.toByteArray();
    }

    ModuleStore reopen() throws IOException {
        Clock clock = new Clock() {
            @Override
            public java.time.ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Instant instant() {
                return now;
            }
        };
        return FolderModuleStore.open(new FolderModuleStore.Setup(
                home(),
                var(),
                new PlainConfigurations(),
                clusters(),
                new SystemProcesses(),
                module -> logs.computeIfAbsent(module, name -> log(name, clock)),
                clock,
                notices::add));
    }

    private ModuleLog log(String name, Clock clock) {
        try {
            return new FileModuleLog(name, var().resolve("state").resolve(name), Thread::startVirtualThread, clock);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private FileClusterStore clusters() {
        LocalAddresses here = address -> true;
        return new FileClusterStore(var(), new PlainConfigurations(), here, Optional.empty());
    }

    Path home() {
        return directory.resolve("home");
    }

    Path var() {
        return directory.resolve("var");
    }

    Path edited(String folder) {
        return var().resolve("modules").resolve(folder);
    }

    static List<String> children(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }
}
