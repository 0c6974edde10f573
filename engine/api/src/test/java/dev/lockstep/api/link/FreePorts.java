package dev.lockstep.api.link;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/** Ports of loopback addresses that were free a moment ago. */
public final class FreePorts {
    private FreePorts() {}

    /** An address on which a TCP listener can be opened. */
    public static InetSocketAddress tcp(String address) {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName(address))) {
            return new InetSocketAddress(probe.getInetAddress(), probe.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An address on which a UDP socket can be opened. */
    public static InetSocketAddress udp(String address) {
        try (DatagramSocket probe = new DatagramSocket(0, InetAddress.getByName(address))) {
            return new InetSocketAddress(probe.getLocalAddress(), probe.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
