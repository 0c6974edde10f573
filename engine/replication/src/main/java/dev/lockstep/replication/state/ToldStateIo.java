package dev.lockstep.replication.state;

import dev.lockstep.api.words.Trouble;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A state directory whose operator is told when a log in it cannot be written. Told once, and again after it went well in between.
 */
public final class ToldStateIo implements StateIo {
    private final StateIo io;
    private final Consumer<String> trouble;
    private final AtomicBoolean failing = new AtomicBoolean();

    /**
     * Another view of a state directory.
     *
     * @param trouble takes a sentence, on the thread that writes
     */
    public ToldStateIo(StateIo io, Consumer<String> trouble) {
        this.io = io;
        this.trouble = trouble;
    }

    @Override
    public List<String> list(String operation) throws IOException {
        return io.list(operation);
    }

    @Override
    public Optional<byte[]> read(String operation, String name) throws IOException {
        return io.read(operation, name);
    }

    @Override
    public void replace(String operation, String name, byte[] content) throws IOException {
        io.replace(operation, name, content);
    }

    @Override
    public void rename(String operation, String name, String newName) throws IOException {
        io.rename(operation, name, newName);
    }

    @Override
    public void delete(String operation, List<String> names) throws IOException {
        io.delete(operation, names);
    }

    @Override
    public Appender create(String operation, String name) throws IOException {
        return new ToldAppender(name, io.create(operation, name));
    }

    @Override
    public Appender open(String operation, String name) throws IOException {
        return io.open(operation, name);
    }

    private interface Step {
        void run() throws IOException;
    }

    private void told(String name, Step step) throws IOException {
        try {
            step.run();
            failing.set(false);
        } catch (IOException failure) {
            if (!failing.getAndSet(true)) {
                trouble.accept("The log " + name + " of what this node owes the other cannot be written: "
                        + Trouble.of(failure));
            }
            throw failure;
        }
    }

    private final class ToldAppender implements Appender {
        private final String name;
        private final Appender appender;

        private ToldAppender(String name, Appender appender) {
            this.name = name;
            this.appender = appender;
        }

        @Override
        public void write(String operation, long offset, ByteBuffer bytes) throws IOException {
            told(name, () -> appender.write(operation, offset, bytes));
        }

        @Override
        public void force(String operation) throws IOException {
            told(name, () -> appender.force(operation));
        }

        @Override
        public void close() throws IOException {
            appender.close();
        }
    }
}
