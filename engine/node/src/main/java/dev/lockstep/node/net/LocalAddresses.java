package dev.lockstep.node.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The addresses configured on this host right now. */
@FunctionalInterface
public interface LocalAddresses {
    /**
     * Whether {@code address} is configured on an interface of this host that is not switched off. A cable that is not plugged, or
     * whose other end has no power, does not count as switched off: a survivor must be able to start.
     */
    boolean contains(InetAddress address);

    /** Asks the operating system each time. */
    LocalAddresses SYSTEM = address -> {
        try {
            NetworkInterface holder = NetworkInterface.getByInetAddress(address);
            return holder != null && (holder.isUp() || isSwitchedOn(holder.getName()));
        } catch (SocketException unreadable) {
            return false;
        }
    };

    /** What the JDK calls up includes the carrier; Linux tells the switch alone (IFF_UP of netdevice(7)). */
    private static boolean isSwitchedOn(String name) {
        int interfaceUp = 1;
        try {
            String flags =
                    Files.readString(Path.of("/sys/class/net", name, "flags")).strip();
            return (Integer.decode(flags) & interfaceUp) != 0;
        } catch (IOException | NumberFormatException unknown) {
            // Not told here (another system, a namespace with a foreign /sys): the address is configured, that must do.
            return true;
        }
    }
}
