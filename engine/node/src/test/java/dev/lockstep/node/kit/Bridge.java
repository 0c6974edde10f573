package dev.lockstep.node.kit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Lets the HTTP client of the JDK, which knows no Unix sockets, talk to the control interface. */
public final class Bridge implements AutoCloseable {
    private final ServerSocket front;
    private final Path socket;

    private Bridge(ServerSocket front, Path socket) {
        this.front = front;
        this.socket = socket;
    }

    /** A bridge to the daemon with this state directory. */
    public static Bridge to(Path var) throws IOException {
        String first = Files.readAllLines(var.resolve("control/endpoint")).getFirst();
        Bridge bridge = new Bridge(
                new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), Path.of(first.substring("unix:".length())));
        Thread.ofVirtual().start(bridge::accept);
        return bridge;
    }

    /** Where the client connects. */
    public String address() {
        return "http://127.0.0.1:" + front.getLocalPort();
    }

    private void accept() {
        try {
            while (!front.isClosed()) {
                Socket client = front.accept();
                Thread.ofVirtual().start(() -> carry(client));
            }
        } catch (IOException closed) {
            // the test is over
            return;
        }
    }

    private void carry(Socket client) {
        try (client;
                SocketChannel daemon = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            daemon.connect(UnixDomainSocketAddress.of(socket));
            Thread forth = Thread.ofVirtual().start(() -> forth(client, daemon));
            OutputStream out = client.getOutputStream();
            ByteBuffer buffer = ByteBuffer.allocate(8192);
            while (daemon.read(buffer) >= 0) {
                out.write(buffer.array(), 0, buffer.position());
                out.flush();
                buffer.clear();
            }
            // closed while something of the client is unread, the connection would take the answer with it
            client.shutdownOutput();
            forth.join();
        } catch (IOException gone) {
            // the client sees it
            return;
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    private static void forth(Socket client, SocketChannel daemon) {
        try (client;
                daemon) {
            InputStream in = client.getInputStream();
            byte[] buffer = new byte[8192];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                ByteBuffer left = ByteBuffer.wrap(buffer, 0, read);
                while (left.hasRemaining()) {
                    daemon.write(left);
                }
            }
        } catch (IOException gone) {
            // one of the two has said all
            return;
        }
    }

    @Override
    public void close() throws IOException {
        front.close();
    }
}
