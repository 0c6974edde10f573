package dev.lockstep.mina;

import java.nio.ByteBuffer;

/**
 * What is being said on one connection: first a handshake, then a link. All calls come from the connection's I/O thread,
 * one at a time.
 */
interface Conversation {
    /** Where the next bytes belong: from its position, at least one byte. */
    ByteBuffer target();

    /** Bytes were put into {@link #target}. */
    void arrived() throws RefusedInputException;

    /** The peer said something that cannot be accepted; the connection is being closed. */
    void refused(String reason);

    /** A message that had to be queued is now with the operating system. */
    default void sent() {}

    /** The connection broke or is being closed by the peer; {@link #ended} follows. */
    void failed(String reason);

    /** The connection is closed. Called once, last. */
    void ended();
}
