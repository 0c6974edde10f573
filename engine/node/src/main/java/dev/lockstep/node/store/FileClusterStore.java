package dev.lockstep.node.store;

import dev.lockstep.api.link.ClusterKey;
import dev.lockstep.core.config.ClusterConfig;
import dev.lockstep.node.Refusal;
import dev.lockstep.node.net.LocalAddresses;
import dev.lockstep.node.state.AtomicFile;
import dev.lockstep.node.store.Configurations.Parsed;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The cluster configuration in files below {@code cluster/}: {@code cluster.xml} as edited, {@code cluster_ip.xml} in force with
 * names turned into addresses, {@code cluster.key}, and {@code cluster.zip} with both for the other nodes. Only root can read the key
 * and the archive.
 */
public final class FileClusterStore implements ClusterStore {
    /** Largest configuration or archive that is read, in bytes. */
    static final long LARGEST_BYTES = 4L << 20;

    private static final String XML = "cluster.xml";
    private static final String KEY = "cluster.key";

    private final Path directory;
    private final Configurations configurations;
    private final NodeFinder finder;
    private final SecureRandom random = new SecureRandom();

    /**
     * A store.
     *
     * @param var state directory of the node
     * @param addresses the addresses of this host
     * @param node name of this node (LOCKSTEP_NODE) instead of finding it by its addresses
     */
    public FileClusterStore(Path var, Configurations configurations, LocalAddresses addresses, Optional<String> node) {
        directory = var.resolve("cluster");
        this.configurations = configurations;
        finder = new NodeFinder(addresses, node);
    }

    @Override
    public synchronized Optional<ActiveCluster> active() throws Refusal, IOException {
        Path file = inForce();
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        byte[] content = Files.readAllBytes(file);
        ClusterConfig cluster = (ResolvedCluster.signature(content).isPresent()
                        ? configurations.appliedCluster(content, file.toString())
                        : configurations.cluster(content, file.toString()))
                .value();
        return Optional.of(new ActiveCluster(cluster, key(), finder.find(cluster)));
    }

    /** The resolved copy; a {@code cluster.xml} that was put there by hand if there is none. */
    private Path inForce() {
        Path resolved = directory.resolve(ResolvedCluster.FILE);
        return Files.exists(resolved) ? resolved : directory.resolve(XML);
    }

    private ClusterKey key() throws Refusal, IOException {
        Path file = directory.resolve(KEY);
        if (!Files.exists(file)) {
            throw new Refusal(
                    Refusal.Kind.INVALID,
                    "The cluster is configured but its key " + file + " is missing.",
                    "",
                    "Apply cluster.zip of another node with 'lockstep cluster config cluster.zip'.");
        }
        return keyOf(Files.readAllBytes(file), file.toString());
    }

    private static ClusterKey keyOf(byte[] content, String file) throws Refusal {
        if (content.length != ClusterKey.LENGTH) {
            throw new Refusal(
                    Refusal.Kind.INVALID,
                    "The cluster key " + file + " has " + content.length + " bytes instead of " + ClusterKey.LENGTH
                            + ".",
                    "It is damaged, or not a key.",
                    "Apply cluster.zip of another node with 'lockstep cluster config cluster.zip'.");
        }
        try {
            return new ClusterKey(content);
        } catch (IllegalArgumentException noSecret) {
            throw new Refusal(
                    Refusal.Kind.INVALID,
                    "The cluster key " + file + " is no secret: it is not random.",
                    "Zeros or a short pattern are known to everybody.",
                    "Apply cluster.zip of another node, or 'lockstep cluster config cluster.xml', which makes a new key.");
        }
    }

    @Override
    public synchronized Advice configure(Optional<Path> file) throws Refusal, IOException {
        if (Files.exists(lockFile())) {
            throw new Refusal(
                    Refusal.Kind.STATE,
                    "The cluster configuration is locked.",
                    "",
                    "Unlock it with 'lockstep cluster unlock' first.");
        }
        Path source = file.orElse(directory.resolve(XML));
        String name = file.isPresent() ? nameOf(source) : source.toString();
        byte[] content = read(source);
        byte[] xml = content;
        byte[] key = new byte[ClusterKey.LENGTH];
        if (name.endsWith(".zip")) {
            Map<String, byte[]> entries = SmallArchive.read(content, name, LARGEST_BYTES);
            xml = entry(entries, XML, name);
            key = keyOf(entry(entries, KEY, name), KEY + " in " + name).secret();
        } else {
            random.nextBytes(key);
        }
        Parsed<ClusterConfig> parsed = configurations.cluster(xml, name);
        ClusterConfig resolved = ResolvedCluster.resolve(parsed.value());
        finder.find(resolved);
        Files.createDirectories(directory);
        PrivateFile.replace(directory.resolve("cluster.zip"), archive(xml, key));
        PrivateFile.replace(directory.resolve(KEY), key);
        AtomicFile.replace(directory.resolve(XML), xml);
        AtomicFile.replace(
                directory.resolve(ResolvedCluster.FILE),
                ResolvedCluster.text(resolved, Signature.of(xml)).getBytes(StandardCharsets.UTF_8));
        return parsed.advice();
    }

    /** How a given file is called in sentences: where it lies here says nothing when it was sent from elsewhere. */
    private static String nameOf(Path given) {
        return given.getFileName().toString();
    }

    private static byte[] read(Path source) throws Refusal, IOException {
        if (!Files.isRegularFile(source)) {
            throw new Refusal(
                    Refusal.Kind.UNKNOWN,
                    "There is no file " + source + ".",
                    "",
                    "Give the path of an .xml file, or of a cluster.zip made on another node.");
        }
        if (Files.size(source) > LARGEST_BYTES) {
            throw new Refusal(
                    Refusal.Kind.INVALID,
                    "The file " + source + " is too large to be a cluster configuration.",
                    "It has " + Files.size(source) + " bytes; at most " + LARGEST_BYTES + " are read.",
                    "");
        }
        return Files.readAllBytes(source);
    }

    private static byte[] entry(Map<String, byte[]> entries, String name, String source) throws Refusal {
        byte[] content = entries.get(name);
        if (content == null) {
            throw new Refusal(
                    Refusal.Kind.INVALID,
                    "The archive " + source + " holds no " + name + ".",
                    "It holds "
                            + (entries.isEmpty()
                                    ? "nothing"
                                    : String.join(
                                            ", ",
                                            entries.keySet().stream()
                                                    .map(Shown::plain)
                                                    .toList()))
                            + ".",
                    "Take the cluster.zip that 'lockstep cluster config' writes on the first node.");
        }
        return content;
    }

    private static byte[] archive(byte[] xml, byte[] key) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry(XML));
            zip.write(xml);
            zip.putNextEntry(new ZipEntry(KEY));
            zip.write(key);
        }
        return bytes.toByteArray();
    }

    @Override
    public Advice check(Path file) throws Refusal, IOException {
        Parsed<ClusterConfig> parsed = configurations.cluster(read(file), nameOf(file));
        try {
            finder.find(parsed.value());
            return parsed.advice();
        } catch (Refusal notHere) {
            // The file may be meant for other hosts: it is good, and this host cannot apply it.
            return parsed.advice()
                    .and(List.of("'lockstep cluster config' will refuse this file on this host. " + notHere.text()));
        }
    }

    @Override
    public synchronized void remove() throws IOException {
        for (String name : List.of(ResolvedCluster.FILE, KEY, "cluster.zip", XML)) {
            Files.deleteIfExists(directory.resolve(name));
        }
    }

    @Override
    public synchronized void lock(boolean locked) throws IOException {
        Files.createDirectories(directory);
        if (locked) {
            AtomicFile.replace(lockFile(), new byte[0]);
        } else {
            Files.deleteIfExists(lockFile());
        }
    }

    private Path lockFile() {
        return directory.resolve("locked");
    }

    @Override
    public synchronized Info info() throws IOException {
        Path file = inForce();
        boolean locked = Files.exists(lockFile());
        if (!Files.exists(file)) {
            return new Info("", 0, locked);
        }
        byte[] content = Files.readAllBytes(file);
        String signature = ResolvedCluster.signature(content).orElseGet(() -> Signature.of(content));
        return new Info(signature, Files.getLastModifiedTime(file).toInstant().getEpochSecond(), locked);
    }
}
