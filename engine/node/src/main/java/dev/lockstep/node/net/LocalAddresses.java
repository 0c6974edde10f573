package dev.lockstep.node.net;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;

/** The addresses configured on this host right now. */
@FunctionalInterface
public interface LocalAddresses {
    /** Whether {@code address} is configured on an interface of this host that is up. */
    boolean contains(InetAddress address);

    /** Asks the operating system each time. */
    LocalAddresses SYSTEM = address -> {
        try {
            NetworkInterface holder = NetworkInterface.getByInetAddress(address);
            return holder != null && holder.isUp();
        } catch (SocketException unreadable) {
            return false;
        }
    };
}
