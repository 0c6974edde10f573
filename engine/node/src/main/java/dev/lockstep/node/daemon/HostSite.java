package dev.lockstep.node.daemon;

import dev.lockstep.config.SiteChecks;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a configuration is checked against on this host.
 *
 * @param bin the scripts of the module
 */
record HostSite(Path bin) implements SiteChecks {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");

    /** Type of the mounts that interception makes. */
    private static final String OURS = "fuse.lockstep";

    private static final int MOUNT_POINT_FIELD = 4;

    @Override
    public boolean isDirectory(String path) {
        // A mount of ours may be dead after a crash: then nothing can be seen through it, but a directory it is.
        return mounts().stream().anyMatch(mount -> mount.ours() && mount.point().equals(path))
                || Files.isDirectory(Path.of(path));
    }

    @Override
    public boolean isMountPoint(String path) {
        List<Mount> there =
                mounts().stream().filter(mount -> mount.point().equals(path)).toList();
        // The guard over a directory of ours is a mount of the directory over itself; interception tells it from
        // others.
        return !there.isEmpty() && there.stream().noneMatch(mount -> mount.ours() || mount.guard());
    }

    private record Mount(String point, boolean ours, boolean guard) {}

    private static List<Mount> mounts() {
        try {
            return Files.readAllLines(MOUNTS).stream().map(HostSite::mount).toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    private static Mount mount(String line) {
        String[] fields = line.split(" ", -1);
        int separator = line.indexOf(" - ");
        String type = separator < 0 ? "" : line.substring(separator + 3).split(" ", -1)[0];
        String point = fields[MOUNT_POINT_FIELD];
        String root = fields[MOUNT_POINT_FIELD - 1];
        boolean readOnly = fields[MOUNT_POINT_FIELD + 1].startsWith("ro");
        return new Mount(point, type.equals(OURS), readOnly && !root.equals("/"));
    }

    @Override
    public boolean isExecutableInBin(String path) {
        return Files.isExecutable(bin.resolve(path));
    }

    @Override
    public boolean isResolvable(String hostName) {
        try {
            return InetAddress.getAllByName(hostName).length > 0;
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    @Override
    public Optional<Set<String>> localAddresses() {
        Set<String> addresses = new HashSet<>();
        for (InterfaceAddress address : interfaceAddresses()) {
            addresses.add(text(address.getAddress()));
        }
        return Optional.of(addresses);
    }

    private static String text(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return address instanceof Inet6Address && scope >= 0 ? text.substring(0, scope) : text;
    }

    @Override
    public boolean isOnLocalNetwork(String address) {
        try {
            byte[] wanted = InetAddress.getByName(address).getAddress();
            return interfaceAddresses().stream()
                    .anyMatch(local ->
                            sameNetwork(wanted, local.getAddress().getAddress(), local.getNetworkPrefixLength()));
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    private static boolean sameNetwork(byte[] one, byte[] other, int prefix) {
        if (one.length != other.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            int mask = 0x80 >> (bit % Byte.SIZE);
            if ((one[bit / Byte.SIZE] & mask) != (other[bit / Byte.SIZE] & mask)) {
                return false;
            }
        }
        return true;
    }

    private static List<InterfaceAddress> interfaceAddresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(network -> network.getInterfaceAddresses().stream())
                    .toList();
        } catch (SocketException unreadable) {
            return List.of();
        }
    }

    @Override
    public Optional<String> hostName() {
        return Optional.of(Host.name());
    }
}
