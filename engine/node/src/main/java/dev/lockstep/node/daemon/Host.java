package dev.lockstep.node.daemon;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What the daemon says about itself and its host. */
final class Host {
    private Host() {}

    /** The host's name, as the kernel or the resolver knows it. */
    static String name() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException notLinux) {
            try {
                return InetAddress.getLocalHost().getHostName();
            } catch (UnknownHostException unknown) {
                return "localhost";
            }
        }
    }

    /** The release of the product. */
    static String version() {
        return Optional.ofNullable(Host.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}
