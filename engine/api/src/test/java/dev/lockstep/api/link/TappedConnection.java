package dev.lockstep.api.link;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;

/** A proxy for one TCP connection that records what the connecting side says and may alter it. */
final class TappedConnection implements AutoCloseable {
    private final ServerSocket entrance;
    private final ByteArrayOutputStream recorded = new ByteArrayOutputStream();

    /** Sees each piece as it passes. */
    @FunctionalInterface
    interface Alteration {
        /** Answers what to pass on instead of {@code bytes}; {@code index} bytes passed before them. */
        byte[] pass(long index, byte[] bytes);
    }

    TappedConnection(InetSocketAddress target, Alteration alteration) throws IOException {
        entrance = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.3"));
        Thread.ofVirtual().start(() -> run(target, alteration));
    }

    InetSocketAddress address() {
        return new InetSocketAddress(entrance.getInetAddress(), entrance.getLocalPort());
    }

    byte[] recorded() {
        synchronized (recorded) {
            return recorded.toByteArray();
        }
    }

    private void run(InetSocketAddress target, Alteration alteration) {
        try (Socket client = entrance.accept();
                Socket server = new Socket(target.getAddress(), target.getPort())) {
            Thread back = Thread.ofVirtual().start(() -> pump(server, client, (index, bytes) -> bytes, false));
            pump(client, server, alteration, true);
            back.join();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException("the proxy ended before its connection did", e);
        }
    }

    private void pump(Socket from, Socket to, Alteration alteration, boolean record) {
        byte[] buffer = new byte[100_000];
        long index = 0;
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                byte[] piece = Arrays.copyOf(buffer, n);
                if (record) {
                    synchronized (recorded) {
                        recorded.writeBytes(piece);
                    }
                }
                out.write(alteration.pass(index, piece));
                index += n;
            }
            to.shutdownOutput();
        } catch (IOException e) {
            // One end closed: close the other as well.
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        entrance.close();
    }
}
