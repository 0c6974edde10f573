package dev.lockstep.mina;

import org.apache.mina.transport.socket.SocketSessionConfig;

/** Settings both ends of a link share, and the plain text of MINA's nested exceptions. */
final class SessionSettings {
    /** MINA allocates this much before each read; links read into their own buffers. */
    private static final int UNUSED_READ_BUFFER = 64;

    /** MINA flushes one and a half times this much of its queue at a time. */
    private static final int FLUSH_PORTION = 1024 * 1024;

    private SessionSettings() {}

    static void apply(SocketSessionConfig config) {
        config.setTcpNoDelay(true);
        config.setMinReadBufferSize(UNUSED_READ_BUFFER);
        config.setReadBufferSize(UNUSED_READ_BUFFER);
        config.setMaxReadBufferSize(FLUSH_PORTION);
    }

    /** The message of the innermost cause: what the operating system said. */
    static String rootMessage(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.toString() : root.getMessage().replace('\n', ' ');
    }
}
