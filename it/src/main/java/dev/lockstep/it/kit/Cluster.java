package dev.lockstep.it.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Two servers with Lockstep and a third host beside them for clients, on two networks called office and cross. */
public final class Cluster implements AutoCloseable {
    /** Anything the pair does by itself on a busy machine with two processors, detection of a loss included. */
    public static final Duration SOON = Duration.ofSeconds(45);

    private static final List<String> NETWORKS = List.of("office", "cross");

    private final Site site;
    private final Map<String, Switch> networks = new LinkedHashMap<>();
    private final Node node1;
    private final Node node2;
    private final Host client;

    /** Builds the hosts and starts the daemons; no module yet. */
    public Cluster(Site site, Path installation) {
        this.site = site;
        Host one = site.host("node1");
        Host two = site.host("node2");
        client = site.host("client");
        int subnet = 1;
        for (String name : NETWORKS) {
            Switch network = site.network(name);
            networks.put(name, network);
            one.cable(network, "10.77." + subnet + ".1");
            two.cable(network, "10.77." + subnet + ".2");
            client.cable(network, "10.77." + subnet + ".9");
            subnet++;
        }
        Stream.of(one, two, client).forEach(Host::powerOn);
        node1 = new Node(one, installation, site.disk());
        node2 = new Node(two, installation, site.disk());
    }

    /** Starts both daemons and gives them the cluster configuration, as an operator would. */
    public void configure() {
        node1.launchDaemon();
        node2.startDaemon();
        node1.awaitDaemon();
        write(node1.onDisk(site.disk() + "/cluster.xml"), clusterXml());
        node1.lockstep("cluster", "config", site.disk() + "/cluster.xml").expectOk();
        copy(node1.onDisk(node1.var() + "/cluster/cluster.zip"), node2.onDisk(site.disk() + "/cluster.zip"));
        node2.lockstep("cluster", "config", site.disk() + "/cluster.zip").expectOk();
    }

    /** The configuration of the cluster. */
    public String clusterXml() {
        StringBuilder xml = new StringBuilder("<cluster>\n  <lans>\n");
        for (String name : NETWORKS) {
            xml.append("    <lan name=\"").append(name).append("\">\n");
            for (Node node : nodes()) {
                xml.append("      <node name=\"").append(node.name());
                xml.append("\" addr=\"").append(node.host().address(name)).append("\"/>\n");
            }
            xml.append("    </lan>\n");
        }
        return xml.append("  </lans>\n</cluster>\n").toString();
    }

    /** Puts a module on both nodes and applies it; makes the directory it replicates. */
    public void install(Mirror mirror) {
        for (Node node : nodes()) {
            try {
                Files.createDirectories(node.onDisk(mirror.directory()));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
            mirror.write(node.onDisk(node.var() + "/modules"), calls());
            node.lockstep("config", "-m", mirror.name()).expectOk();
        }
        // `config` does not wait until the directory is covered; until then it is neither free nor offered
        for (Node node : nodes()) {
            Patience.until(
                    node + " to have covered " + mirror.directory(), SOON, () -> covered(node, mirror.directory()));
        }
    }

    private static boolean covered(Node node, String directory) {
        try (Stream<String> mounts = Files.lines(Path.of("/proc/" + node.host().pid() + "/mountinfo"))) {
            return mounts.anyMatch(line -> line.contains(" " + directory + " ") && line.contains(" fuse.lockstep "));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The file on each host in which hooks write down their calls. */
    public String calls() {
        return site.disk() + "/calls";
    }

    /** {@code prim} on one node, {@code second} on the other, until they are a pair. */
    public void pair(Node primary) {
        primary.lockstep("prim", "-m", Mirror.NAME).expectOk();
        await(primary, "ALONE Ready");
        other(primary).lockstep("second", "-m", Mirror.NAME).expectOk();
        awaitPair(primary);
    }

    /** Waits until one node is PRIM and the other SECOND, both Ready. */
    public void awaitPair(Node primary) {
        await(other(primary), "SECOND Ready");
        await(primary, "PRIM Ready");
    }

    /** Waits until a node displays a state, such as {@code ALONE Ready}. */
    public void await(Node node, String displayed) {
        await(node, displayed, SOON);
    }

    /** Waits until a node displays a state. */
    public void await(Node node, String displayed, Duration limit) {
        Patience.until(
                node + " to be " + displayed,
                limit,
                () -> node.view().is(displayed),
                () -> node.view() + "\n" + node + " log:\n" + tail(node.log()));
    }

    private static String tail(List<String> lines) {
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    }

    /** Where the journal application may be reached. */
    public List<InetSocketAddress> journals() {
        return nodes().stream()
                .map(node -> new InetSocketAddress(node.host().address("office"), Mirror.PORT))
                .toList();
    }

    public Site site() {
        return site;
    }

    public Node node1() {
        return node1;
    }

    public Node node2() {
        return node2;
    }

    public List<Node> nodes() {
        return List.of(node1, node2);
    }

    /** The peer of a node. */
    public Node other(Node node) {
        return node == node1 ? node2 : node1;
    }

    /** A host without Lockstep on the same networks. */
    public Host client() {
        return client;
    }

    public Switch network(String name) {
        return networks.get(name);
    }

    /** Cuts a node off every network. */
    public void isolate(Node node) {
        networks.values().forEach(network -> network.cut(node.name()));
    }

    /** Everybody hears everybody again. */
    public void heal() {
        networks.values().forEach(Switch::healAll);
    }

    /** Saves what helps to understand a failure: logs, states, script logs, what the daemons printed. */
    public void collect(Path into) {
        for (Node node : nodes()) {
            try {
                Path folder = Files.createDirectories(into.resolve(node.name()));
                copy(node.output(), folder.resolve("daemon.out"));
                Path state = node.onDisk(node.var() + "/state/" + Mirror.NAME);
                if (Files.isDirectory(state)) {
                    Commands.run(
                            "cp",
                            "-r",
                            state.toString(),
                            folder.resolve("state").toString());
                }
                if (node.host().powered() && node.daemonRuns()) {
                    write(
                            folder.resolve("log"),
                            node.lockstep("log", "-m", Mirror.NAME, "-A", "-s", "10000")
                                    .out());
                    write(
                            folder.resolve("state.txt"),
                            node.lockstep("state", "-m", Mirror.NAME, "-v").toString());
                }
            } catch (IOException | KitFailure failure) {
                write(into.resolve(node.name() + ".incomplete"), failure.toString());
            }
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void copy(Path from, Path to) {
        try {
            Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Override
    public void close() {
        site.close();
    }
}
