package dev.lockstep.replication.state;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * The state directory of one module. Every method takes the name of the calling operation first, so that a test can fail, tear
 * or crash after exactly one call. Thread-safe.
 */
public interface StateIo {
    /** Names of the files present. */
    List<String> list(String operation) throws IOException;

    /** The whole content of a file, if it exists. */
    Optional<byte[]> read(String operation, String name) throws IOException;

    /** Makes {@code content} the content of a file, durably: after a crash it has the old content or the new one. */
    void replace(String operation, String name, byte[] content) throws IOException;

    /** Renames a file, durably. */
    void rename(String operation, String name, String newName) throws IOException;

    /** Removes files that exist; not durable by itself. */
    void delete(String operation, List<String> names) throws IOException;

    /** Creates a new, empty file, durable by name, to be written piece by piece. */
    Appender create(String operation, String name) throws IOException;

    /** Opens a file that exists, to be overwritten in place: what it has already takes no more room. */
    Appender open(String operation, String name) throws IOException;

    /** A file being written. */
    interface Appender extends Closeable {
        /** Writes all of {@code bytes} at an offset; durable only after {@link #force}. */
        void write(String operation, long offset, ByteBuffer bytes) throws IOException;

        /** Puts everything written on disk. */
        void force(String operation) throws IOException;
    }
}
