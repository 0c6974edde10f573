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
import java.util.Arrays;
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
    private static final String NEXT_KEY = "cluster.key.next";
    private static final String ARCHIVE = "cluster.zip";

    private final Path directory;
    private final Configurations configurations;
    private final NodeFinder finder;
    private final SecureRandom random = new SecureRandom();
    private Optional<KeyRing> ring = Optional.empty();

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
        return Optional.of(new ActiveCluster(cluster, ring(), finder.find(cluster)));
    }

    /** The resolved copy; a {@code cluster.xml} that was put there by hand if there is none. */
    private Path inForce() {
        Path resolved = directory.resolve(ResolvedCluster.FILE);
        return Files.exists(resolved) ? resolved : directory.resolve(XML);
    }

    /** The keys, as one object as long as nothing else changes them: those who use them see what {@link #rekey} does. */
    private KeyRing ring() throws Refusal, IOException {
        ClusterKey current = key();
        Path file = directory.resolve(NEXT_KEY);
        Optional<ClusterKey> next =
                Files.exists(file) ? Optional.of(keyOf(Files.readAllBytes(file), file.toString())) : Optional.empty();
        KeyRing found = new KeyRing(current, next);
        if (ring.filter(known -> known.accepted().equals(found.accepted())).isEmpty()) {
            ring = Optional.of(found);
        }
        return ring.get();
    }

    @Override
    public synchronized Advice rekey(Optional<Path> archive) throws Refusal, IOException {
        ActiveCluster active = active().orElseThrow(FileClusterStore::noCluster);
        KeyRing keys = active.keys();
        byte[] xml = Files.readAllBytes(directory.resolve(XML));
        if (archive.isEmpty() && keys.isChanging()) {
            throw changing(active);
        }
        byte[] key = new byte[ClusterKey.LENGTH];
        if (archive.isEmpty()) {
            random.nextBytes(key);
        } else {
            key = keyOfSameCluster(archive.get(), xml);
        }
        ClusterKey next = new ClusterKey(key);
        if (next.equals(keys.current())) {
            return Advice.warning(List.of("This node uses the key of that archive already."));
        }
        if (keys.next().filter(other -> !other.equals(next)).isPresent()) {
            throw changing(active);
        }
        if (keys.next().isEmpty()) {
            PrivateFile.replace(directory.resolve(NEXT_KEY), key);
            keys.begin(next);
        }
        PrivateFile.replace(archive(), archive(xml, key));
        return Advice.NONE;
    }

    private byte[] keyOfSameCluster(Path archive, byte[] xml) throws Refusal, IOException {
        String name = nameOf(archive);
        Map<String, byte[]> entries = SmallArchive.read(read(archive), name, LARGEST_BYTES);
        if (!Arrays.equals(entry(entries, XML, name), xml)) {
            throw new Refusal(
                    Refusal.Kind.INVALID,
                    "The archive " + name + " is of another cluster configuration.",
                    "Its cluster.xml is not the one of this node: the key alone can be changed while modules run.",
                    "Stop the modules and use 'lockstep cluster config " + name + "'.");
        }
        return keyOf(entry(entries, KEY, name), KEY + " in " + name).secret();
    }

    private static Refusal noCluster() {
        return new Refusal(
                Refusal.Kind.STATE, "No cluster is configured on this node.", "", "Use: lockstep cluster config FILE.");
    }

    private Refusal changing(ActiveCluster active) {
        return new Refusal(
                Refusal.Kind.STATE,
                "The key of the cluster is being changed already.",
                "Nodes that do not hold the new key yet: " + String.join(", ", active.withoutNewKey()) + ".",
                "Apply " + archive()
                        + " there with 'lockstep cluster rekey cluster.zip', or end the change with 'lockstep cluster"
                        + " rekey finish'.");
    }

    @Override
    public synchronized Advice retireKey() throws Refusal, IOException {
        ActiveCluster active = active().orElseThrow(FileClusterStore::noCluster);
        KeyRing keys = active.keys();
        if (!keys.isChanging()) {
            throw new Refusal(Refusal.Kind.STATE, "The key of the cluster is not being changed.", "", "");
        }
        List<String> missing = active.withoutNewKey();
        // The same key in both files, after a crash between the two, is one key.
        PrivateFile.replace(directory.resolve(KEY), keys.next().orElseThrow().secret());
        Files.deleteIfExists(directory.resolve(NEXT_KEY));
        keys.finish();
        return missing.isEmpty()
                ? Advice.NONE
                : Advice.warning(List.of("Not known to hold the new key: " + String.join(", ", missing)
                        + ". They are not heard any more until they have it."));
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
        PrivateFile.replace(archive(), archive(xml, key));
        Files.deleteIfExists(directory.resolve(NEXT_KEY));
        PrivateFile.replace(directory.resolve(KEY), key);
        AtomicFile.replace(directory.resolve(XML), xml);
        AtomicFile.replace(
                directory.resolve(ResolvedCluster.FILE),
                ResolvedCluster.text(resolved, Signature.of(xml)).getBytes(StandardCharsets.UTF_8));
        return parsed.advice();
    }

    @Override
    public Path archive() {
        return directory.resolve(ARCHIVE);
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
        for (String name : List.of(ResolvedCluster.FILE, KEY, NEXT_KEY, ARCHIVE, XML)) {
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
