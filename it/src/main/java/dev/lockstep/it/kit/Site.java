package dev.lockstep.it.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A place for hosts and networks on this machine, with a folder for their disks. Closing it leaves nothing behind. */
public final class Site implements AutoCloseable {
    private final String prefix;
    private final Path folder;
    private final String disk;
    private final boolean staying;
    private final List<Host> hosts = new ArrayList<>();
    private final List<Switch> networks = new ArrayList<>();

    private Site(String prefix, Path folder, String disk, boolean staying) {
        this.prefix = prefix;
        this.folder = folder;
        this.disk = disk;
        this.staying = staying;
    }

    /**
     * Opens a site.
     *
     * @param prefix begins the name of every process and folder, {@code lsit-} for tests, {@code lsdemo-} for the demo
     * @param parent where the folder with the disks is made; folders of dead processes with the same prefix are removed
     * @param staying whether hosts go on running when this JVM ends
     */
    public static Site open(String prefix, Path parent, boolean staying) {
        try {
            Files.createDirectories(parent);
            removeLeftovers(prefix, parent);
            Path folder = Files.createDirectory(parent.resolve(prefix
                    + ProcessHandle.current().pid() + "-" + Long.toString(System.nanoTime(), Character.MAX_RADIX)));
            return new Site(prefix, folder.toRealPath(), diskAwayFrom(Checkout.root()), staying);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot make a folder for the disks of the hosts in " + parent, failure);
        }
    }

    /** The mount point of a host's disk must not hide the installation that the hosts share. */
    private static String diskAwayFrom(Path checkout) {
        return Stream.of("/srv", "/mnt", "/media")
                .filter(candidate -> Files.isDirectory(Path.of(candidate), LinkOption.NOFOLLOW_LINKS))
                .filter(candidate -> !checkout.startsWith(candidate))
                .findFirst()
                .orElseThrow(() -> new KitFailure("none of /srv, /mnt and /media can be used for the hosts' disks"));
    }

    private static void removeLeftovers(String prefix, Path parent) throws IOException {
        try (Stream<Path> entries = Files.list(parent)) {
            for (Path entry : entries.toList()) {
                String name = entry.getFileName().toString();
                if (name.startsWith(prefix)
                        && owner(name.substring(prefix.length())) == 0
                        && !Files.exists(entry.resolve("staying"))) {
                    remove(entry);
                }
            }
        }
    }

    /** The living process a folder belongs to, or 0. */
    private static long owner(String rest) {
        String digits = rest.replaceAll("-.*", "");
        return digits.matches("\\d{1,10}")
                        && ProcessHandle.of(Long.parseLong(digits)).isPresent()
                ? Long.parseLong(digits)
                : 0;
    }

    /** Removes a folder with everything in it. */
    public static void remove(Path directory) {
        // rm copes with names that are not text in this JVM's encoding.
        Commands.run("rm", "-rf", "--one-file-system", "--", directory.toString())
                .expectOk();
    }

    /** Adds a network. */
    public Switch network(String name) {
        Switch network = new Switch(name, Namespace.make(name, prefix + "net-" + name, "", staying("net-" + name)));
        networks.add(network);
        return network;
    }

    /** Adds a host, still without power. */
    public Host host(String name) {
        Host host = new Host(name, this);
        hosts.add(host);
        return host;
    }

    /** The folder with the disks of the hosts. */
    public Path folder() {
        return folder;
    }

    /** Where a host finds its own disk: {@code /srv}. */
    public String disk() {
        return disk;
    }

    String marker() {
        return prefix;
    }

    /** The pipe that keeps a host alive after this JVM, if it shall stay; else null. */
    Path staying(String name) {
        if (!staying) {
            return null;
        }
        Path pipe = folder.resolve(name + ".hold");
        if (!Files.exists(pipe)) {
            Commands.run("mkfifo", "-m", "0600", pipe.toString()).expectOk();
        }
        return pipe;
    }

    /** Makes the folder outlive this JVM and a later run. */
    public void stay() {
        try {
            Files.writeString(folder.resolve("staying"), "kept on purpose\n");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** The processes that hold the hosts and networks; everything inside dies with them. */
    public List<Long> holders() {
        return Stream.concat(
                        hosts.stream().filter(Host::powered).map(Host::pid),
                        networks.stream().map(Switch::pid))
                .toList();
    }

    /** Pulls the plug of all hosts. */
    public void powerOff() {
        hosts.reversed().forEach(Host::powerOff);
    }

    @Override
    public void close() {
        hosts.reversed().forEach(Host::close);
        networks.reversed().forEach(Switch::close);
        remove(folder);
    }
}
