package dev.lockstep.it.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A mirror module for tests: one replicated directory, hooks that write down their calls and run the journal application, and
 * a failure detection of seconds.
 */
public final class Mirror {
    /** The name of the module. */
    public static final String NAME = "app";

    /** The port of the journal application. */
    public static final int PORT = 7070;

    private final Map<String, String> service = new LinkedHashMap<>(Map.of("mode", "mirror"));
    private final Map<String, String> rfs = new LinkedHashMap<>();
    private final Map<String, String> hooks = new LinkedHashMap<>();
    private List<String> heartbeats = List.of("office", "cross");
    private String name = NAME;
    private String directory;
    private String inside = "";
    private String timeout = "3s";

    /** A mirror of a directory, by its path on the hosts. */
    public Mirror(String directory) {
        this.directory = directory;
    }

    /** Gives it another name than that of the module under test. */
    public Mirror named(String module) {
        name = module;
        return this;
    }

    /** The name of the module. */
    public String name() {
        return name;
    }

    /** Sets an attribute of {@code <service>}. */
    public Mirror service(String name, String value) {
        service.put(name, value);
        return this;
    }

    /** Sets an attribute of {@code <rfs>}. */
    public Mirror rfs(String name, String value) {
        rfs.put(name, value);
        return this;
    }

    /** The networks with a heartbeat; replication goes over the last. */
    public Mirror heartbeats(String... networks) {
        heartbeats = List.of(networks);
        return this;
    }

    /** Silence after which a heartbeat is lost. */
    public Mirror timeout(String duration) {
        timeout = duration;
        return this;
    }

    /** Another directory. */
    public Mirror directory(String path) {
        directory = path;
        return this;
    }

    /** The directory that is replicated, by its path on the hosts. */
    public String directory() {
        return directory;
    }

    /** XML inside {@code <replicated>}. */
    public Mirror excluding(String xml) {
        inside = xml;
        return this;
    }

    /** Adds a hook, Groovy text. */
    public Mirror hook(String name, String text) {
        hooks.put(name, text);
        return this;
    }

    /** Adds hooks that run the journal on the replicated directory, and ones that write down each call. */
    public Mirror journal(Path java, Path classes) {
        String start = """
                note('start_prim')
                exec(['/bin/sh', '-c', ': >/run/journal.out; setsid %s -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData -cp %s \
                dev.lockstep.it.app.JournalServer %d %s/journal >>/run/journal.out 2>&1 & echo $! >/run/journal.pid'])
                waitUntil(timeout: '20s', every: '20ms') { new File('/run/journal.out').text.contains('serving') }
                """.formatted(java, classes, PORT, directory);
        String stop = """
                note('%s')
                exec(['/bin/sh', '-c', 'test -e /run/journal.pid && kill -9 $(cat /run/journal.pid); rm -f /run/journal.pid'])
                """;
        hooks.put("start_prim", start);
        hooks.put("stop_prim", stop.formatted("stop_prim"));
        hooks.put("prestart", stop.formatted("prestart"));
        for (String name : List.of(
                "start_second",
                "stop_second",
                "start_both",
                "stop_both",
                "start_sec",
                "stop_sec",
                "transition",
                "poststop")) {
            hooks.put(name, "note('" + name + "')\n");
        }
        return this;
    }

    /** The configuration as an integrator writes it. */
    public String userconfig() {
        String beats = heartbeats.stream()
                .map(network -> "    <heartbeat name=\"" + network + "\""
                        + (network.equals(heartbeats.getLast()) ? " ident=\"flow\"" : "") + "/>\n")
                .collect(Collectors.joining());
        return """
                <!DOCTYPE safe>
                <safe>
                <service%s>
                  <heart pulse="200ms" timeout="%s">
                %s  </heart>
                  <rfs%s>
                    <replicated dir="%s" mode="read_only">%s</replicated>
                  </rfs>
                  <user nicestoptimeout="20s" forcestoptimeout="20s"/>
                </service>
                </safe>
                """.formatted(attributes(service), timeout, beats, attributes(rfs), directory, inside);
    }

    private static String attributes(Map<String, String> attributes) {
        return attributes.entrySet().stream()
                .map(attribute -> " " + attribute.getKey() + "=\"" + attribute.getValue() + "\"")
                .collect(Collectors.joining());
    }

    /** Writes the module folder, such as {@code app.safe}, into a directory, in place of the one that is there. */
    public void write(Path modules, String calls) {
        try {
            Path folder = modules.resolve(name + ".safe");
            if (Files.exists(folder)) {
                Site.remove(folder);
            }
            Files.createDirectories(folder.resolve("conf"));
            Files.createDirectories(folder.resolve("bin"));
            Files.writeString(folder.resolve("conf/userconfig.xml"), userconfig());
            String note =
                    "void note(String hook) {\n    new File('" + calls + "') << \"$hook ${args.join(' ')}\\n\"\n}\n";
            for (Map.Entry<String, String> hook : hooks.entrySet()) {
                String text = hook.getValue().contains("note(") ? note + hook.getValue() : hook.getValue();
                Files.writeString(folder.resolve("bin").resolve(hook.getKey() + ".groovy"), text);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
