package dev.lockstep.node.store;

import dev.lockstep.config.SiteChecks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what a configuration asks about this host. What cannot be found out is answered so that nothing is refused for it. */
final class HostSite implements SiteChecks {
    private static final Logger LOG = LoggerFactory.getLogger(HostSite.class);

    private final Optional<Path> bin;
    private final List<Path> enginePlaces;

    /** With the directory of a module's scripts, if a module is checked, and the directories the engine lives in. */
    HostSite(Optional<Path> bin, List<Path> enginePlaces) {
        this.bin = bin;
        this.enginePlaces = List.copyOf(enginePlaces);
    }

    @Override
    public boolean isDirectory(String path) {
        // a dead mount of ours answers nothing, but there is a directory under it
        return Files.isDirectory(Path.of(path)) || OwnMounts.at(path);
    }

    @Override
    public boolean isMountPoint(String path) {
        return OwnMounts.foreignAt(path);
    }

    @Override
    public Optional<String> memoryDiskAt(String path) {
        return MemoryDisks.typeAt(Path.of(path));
    }

    @Override
    public boolean isPlaceOfTheEngine(String path) {
        Path asked = real(Path.of(path));
        return enginePlaces.stream()
                .map(HostSite::real)
                .anyMatch(own -> own.startsWith(asked) || asked.startsWith(own));
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException unreadable) {
            return path.toAbsolutePath().normalize();
        }
    }

    @Override
    public boolean isExecutableInBin(String path) {
        if (Path.of(path).isAbsolute()) {
            return Files.isExecutable(Path.of(path));
        }
        return bin.map(folder -> folder.resolve(path))
                .map(file -> Files.isRegularFile(file) || Files.isRegularFile(Path.of(file + ".groovy")))
                .orElse(true);
    }

    @Override
    public boolean isResolvable(String hostName) {
        try {
            return InetAddress.getByName(hostName) != null;
        } catch (UnknownHostException unknown) {
            return false;
        }
    }

    @Override
    public Optional<Set<String>> localAddresses() {
        Set<String> addresses = new HashSet<>();
        for (NetworkInterface network : interfaces()) {
            Collections.list(network.getInetAddresses()).forEach(address -> addresses.add(plain(address)));
        }
        return addresses.isEmpty() ? Optional.empty() : Optional.of(addresses);
    }

    private static String plain(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }

    @Override
    public boolean isOnLocalNetwork(String address) {
        byte[] wanted = InetAddress.ofLiteral(address).getAddress();
        return interfaces().stream()
                .flatMap(network -> network.getInterfaceAddresses().stream())
                .anyMatch(local -> sameNetwork(local, wanted));
    }

    private static boolean sameNetwork(InterfaceAddress local, byte[] wanted) {
        byte[] own = local.getAddress().getAddress();
        int bits = local.getNetworkPrefixLength();
        if (own.length != wanted.length || bits > own.length * 8) {
            return false;
        }
        for (int i = 0; i < bits; i++) {
            int mask = 0x80 >> (i % 8);
            if ((own[i / 8] & mask) != (wanted[i / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    private static List<NetworkInterface> interfaces() {
        try {
            return Collections.list(NetworkInterface.getNetworkInterfaces());
        } catch (SocketException unreadable) {
            LOG.warn("the network interfaces of this host cannot be read", unreadable);
            return List.of();
        }
    }

    @Override
    public Optional<String> hostName() {
        Path kernel = Path.of("/proc/sys/kernel/hostname");
        try {
            return Files.exists(kernel)
                    ? Optional.of(Files.readString(kernel).strip())
                    : Optional.of(InetAddress.getLocalHost().getHostName());
        } catch (IOException unknown) {
            LOG.debug("this host does not tell its name", unknown);
            return Optional.empty();
        }
    }
}
