package dev.lockstep.node.http;

import dev.lockstep.core.config.ClusterConfig;
import dev.lockstep.core.config.LanConfig;
import dev.lockstep.core.config.LanNode;
import dev.lockstep.node.Refusal;
import dev.lockstep.node.store.Advice;
import dev.lockstep.node.store.ClusterStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers what concerns the node and its cluster. */
final class ClusterRoutes {
    /** Largest cluster configuration that is taken, in bytes. */
    private static final long LARGEST_BYTES = 4L << 20;

    private final ControlService service;
    private final ClusterStore store;
    private final Path temporary;

    ClusterRoutes(ControlService service, ClusterStore store, Path temporary) {
        this.service = service;
        this.store = store;
        this.temporary = temporary;
    }

    void addTo(Router router) {
        router.add("GET", "level", this::level)
                .add("GET", "cluster", this::info)
                .add("DELETE", "cluster", this::remove)
                .add("POST", "cluster/config", this::configure)
                .add("POST", "cluster/check", this::check)
                .add("POST", "cluster/rekey", this::rekey)
                .add("POST", "cluster/rekey/finish", this::retireKey)
                .add("POST", "cluster/lock", request -> lock(true))
                .add("POST", "cluster/unlock", request -> lock(false));
    }

    private Reply level(Request request) {
        Map<String, String> facts = service.level();
        StringBuilder text = new StringBuilder();
        facts.forEach(
                (label, value) -> text.append(label).append(": ").append(value).append('\n'));
        return Reply.ok(facts, text.toString());
    }

    /** The cluster in force. */
    private record Cluster(
            boolean configured,
            String node,
            String signature,
            long date,
            boolean locked,
            boolean rekeying,
            List<String> withoutNewKey,
            List<Lan> lans) {
        List<String> row() {
            return List.of(
                    node,
                    signature,
                    Views.date(Instant.ofEpochSecond(date), ZoneId.systemDefault()),
                    locked ? "yes" : "no",
                    !rekeying
                            ? "in force"
                            : withoutNewKey.isEmpty()
                                    ? "being changed, every node has the new one"
                                    : "being changed, not known to have the new one: "
                                            + String.join(", ", withoutNewKey));
        }
    }

    private record Lan(String name, boolean command, List<Node> nodes) {}

    private record Node(String name, String addr) {}

    private Reply info(Request request) throws Refusal, IOException {
        ClusterStore.Info info = store.info();
        Optional<ClusterStore.ActiveCluster> active = store.active();
        Cluster cluster = new Cluster(
                active.isPresent(),
                active.map(ClusterStore.ActiveCluster::localNode).orElse(""),
                info.signature(),
                info.seconds(),
                info.locked(),
                active.map(found -> found.keys().isChanging()).orElse(false),
                active.map(ClusterStore.ActiveCluster::withoutNewKey).orElse(List.of()),
                active.map(found -> lans(found.config())).orElse(List.of()));
        if (!cluster.configured()) {
            return Reply.ok(cluster, "No cluster is configured. Run 'lockstep cluster config cluster.xml'.\n");
        }
        return Reply.ok(
                cluster,
                Views.columns(List.of(List.of("NODE", "SIGNATURE", "APPLIED", "LOCKED", "KEY"), cluster.row())));
    }

    private static List<Lan> lans(ClusterConfig config) {
        List<Lan> lans = new ArrayList<>();
        for (LanConfig lan : config.lans()) {
            List<Node> nodes = new ArrayList<>();
            for (LanNode node : lan.nodes()) {
                nodes.add(new Node(node.name(), node.addr()));
            }
            lans.add(new Lan(lan.name(), lan.command(), nodes));
        }
        return lans;
    }

    private Reply configure(Request request) throws Refusal, IOException {
        if (!request.hasBody() && request.parameter("name").isPresent()) {
            // Nothing means the stored description and a new key, which is not what who sends a file wants.
            throw new Refusal(
                    Refusal.Kind.INVALID,
                    "The file " + request.parameter("name").get() + " is empty.",
                    "",
                    "Copy it again; the configuration that is in force stays.");
        }
        Advice advice = !request.hasBody()
                ? service.changeCluster(() -> store.configure(Optional.empty()))
                : withBody(request, file -> service.changeCluster(() -> store.configure(Optional.of(file))));
        return done(
                "The cluster configuration is in force. This node is " + service.nodeName() + ". For the other nodes: "
                        + store.archive() + ", which holds the key of the cluster.",
                advice);
    }

    private Reply check(Request request) throws Refusal, IOException {
        return done("The cluster configuration is good.", withBody(request, store::check));
    }

    /** What is done with a received file. */
    @FunctionalInterface
    private interface Use {
        Advice of(Path file) throws Refusal, IOException;
    }

    private Advice withBody(Request request, Use use) throws Refusal, IOException {
        String extension = request.bodyIs("application/zip") ? ".zip" : ".xml";
        Path folder = Files.createTempDirectory(temporary, "received");
        Path file = folder.resolve(request.parameter("name")
                .filter(name -> name.matches("[\\w.-]{1,100}") && name.endsWith(extension))
                .orElse("cluster" + extension));
        try (InputStream body = request.body(LARGEST_BYTES)) {
            Files.copy(body, file, StandardCopyOption.REPLACE_EXISTING);
            return use.of(file);
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
        }
    }

    /** Nothing is stopped for it: the running modules see the next key beside the one in force. */
    private Reply rekey(Request request) throws Refusal, IOException {
        if (request.hasBody()) {
            Advice advice = withBody(request, file -> store.rekey(Optional.of(file)));
            return done(
                    "This node believes the new key of the cluster too, and uses it with every node that has it.",
                    advice);
        }
        Advice advice = store.rekey(Optional.empty());
        return done(
                "A new key is made. Carry " + store.archive()
                        + " to every other node and run there: lockstep cluster rekey cluster.zip."
                        + " When all have it, the former key is not believed any more.",
                advice);
    }

    private Reply retireKey(Request request) throws Refusal, IOException {
        return done("The former key of the cluster is not believed any more on this node.", store.retireKey());
    }

    private Reply lock(boolean locked) throws IOException {
        store.lock(locked);
        return done(
                locked
                        ? "The cluster configuration is locked: 'cluster config' is refused until it is unlocked."
                        : "The cluster configuration is unlocked.",
                Advice.NONE);
    }

    private Reply remove(Request request) throws Refusal, IOException {
        service.changeCluster(() -> {
            store.remove();
            return true;
        });
        return done("The cluster configuration and its key are removed.", Advice.NONE);
    }

    private static Reply done(String message, Advice advice) {
        Views.Done done = new Views.Done(message, advice);
        return Reply.ok(done, Views.text(done));
    }
}
