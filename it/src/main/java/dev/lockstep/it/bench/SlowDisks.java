package dev.lockstep.it.bench;

import dev.lockstep.it.kit.Checkout;
import dev.lockstep.it.kit.Commands;
import dev.lockstep.it.kit.KitFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;

/**
 * Disks in memory whose flush takes its time, one for each host: two nodes that share one fast disk flatter nobody. Each is a file
 * served by {@code it/bench/slowdisk.c}, a loop device and ext4.
 */
final class SlowDisks implements AutoCloseable {
    private static final String BYTES = Long.toString(512L << 20);
    private static final String FLUSH_MICROSECONDS = "1000";
    private static final Duration BEGIN = Duration.ofSeconds(20);
    private static final long POLL_NANOS = Duration.ofMillis(20).toNanos();

    private final Path folder;
    private final Path program;
    private final Deque<String[]> undoing = new ArrayDeque<>();

    /** Compiles the program. */
    SlowDisks(Path folder) {
        this.folder = folder;
        this.program = compile("slowdisk", folder);
    }

    /** Compiles one of the C programs in {@code it/bench}. */
    static Path compile(String name, Path folder) {
        Path program = folder.resolve(name);
        Path source = Checkout.root().resolve("it/bench/" + name + ".c");
        Commands.run("gcc", "-O2", "-o", program.toString(), source.toString(), "-lpthread")
                .expectOk();
        return program;
    }

    /** A file system on a slow disk of its own, at a directory that is made. */
    void mount(Path at) {
        String device = device(at.getFileName() + "-" + undoing.size());
        make(at);
        run("mount", "-o", "discard", device, at.toString());
        undoing.push(new String[] {"umount", "-l", at.toString()});
    }

    /** A slow disk with a file system that is not mounted yet. */
    String device(String name) {
        Path served = folder.resolve("slow-" + name);
        make(served);
        try {
            new ProcessBuilder(program.toString(), served.toString(), BYTES, FLUSH_MICROSECONDS)
                    .inheritIO()
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        undoing.push(new String[] {"umount", "-l", served.toString()});
        long giveUp = System.nanoTime() + BEGIN.toNanos();
        while (!Files.exists(served.resolve("disk"))) {
            if (System.nanoTime() - giveUp > 0) {
                throw new KitFailure("the slow disk in " + served + " does not begin");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        String device = run("losetup", "-f", "--show", served.resolve("disk").toString())
                .strip();
        undoing.push(new String[] {"losetup", "-d", device});
        run("mkfs.ext4", "-q", "-b", "4096", "-i", "4096", "-E", "lazy_itable_init=0,lazy_journal_init=0", device);
        return device;
    }

    private static void make(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String run(String... command) {
        return Commands.run(command).expectOk().out();
    }

    /** Leaves nothing behind. Everything that uses the disks must have ended. */
    @Override
    public void close() {
        while (!undoing.isEmpty()) {
            Commands.run(undoing.pop());
        }
    }
}
