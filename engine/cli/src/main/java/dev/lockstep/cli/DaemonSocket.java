package dev.lockstep.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A connection to a Unix socket on which nothing waits longer than agreed. Ends with the command. */
final class DaemonSocket {
    private final SocketChannel channel;
    private final Selector selector;
    private final int waitMillis;

    private DaemonSocket(SocketChannel channel, Selector selector, int waitMillis) {
        this.channel = channel;
        this.selector = selector;
        this.waitMillis = waitMillis;
    }

    /**
     * Connects; a daemon that hangs lets a command connect all the same, as long as there are not hundreds.
     *
     * @param waitMillis longest wait for anything that follows, 0 for ever
     */
    static DaemonSocket connect(Path socket, int waitMillis) throws IOException {
        if (!Files.exists(socket)) {
            throw Files.isReadable(socket.getParent())
                    ? new NoSuchFileException("there is no such file")
                    : new AccessDeniedException(socket.toString());
        }
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.configureBlocking(false);
        if (!channel.connect(UnixDomainSocketAddress.of(socket))) {
            throw new IOException("too many wait there");
        }
        return new DaemonSocket(channel, Selector.open(), waitMillis);
    }

    void write(byte[] bytes) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
            if (channel.write(left) == 0) {
                await(SelectionKey.OP_WRITE);
            }
        }
    }

    /** What comes; fails when nothing does for too long. */
    InputStream input() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                ByteBuffer target = ByteBuffer.wrap(bytes, offset, length);
                int read = channel.read(target);
                while (read == 0) {
                    await(SelectionKey.OP_READ);
                    read = channel.read(target);
                }
                return read;
            }
        };
    }

    private void await(int operation) throws IOException {
        SelectionKey key = channel.register(selector, operation);
        if (selector.select(waitMillis) == 0) {
            throw new SocketTimeoutException("no answer");
        }
        selector.selectedKeys().clear();
        key.interestOps(0);
    }
}
