package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.Exposure;
import dev.lockstep.api.fs.PathFilter;
import dev.lockstep.fuse.device.DiskThreads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that takes its time with flushes holds up those who flush, and nobody else. */
class SlowDiskTest {
    /** More than there are readers, on any machine. */
    private static final int FLUSHES = 40;

    private static final int LIMIT_SECONDS = 20;

    @TempDir
    Path base;

    private final WatchedFlushes disk = new WatchedFlushes();
    private final ExecutorService applications = Executors.newCachedThreadPool();
    private MountKit kit;

    @BeforeEach
    void mount() throws Exception {
        kit = MountKit.open(base, new RecordingGate(), PathFilter.ALL, disk.calls());
        kit.tree().expose(Exposure.READ_WRITE);
        Files.writeString(kit.path("other"), "1");
    }

    @AfterEach
    void end() throws Exception {
        disk.letGo();
        applications.shutdown();
        assertTrue(applications.awaitTermination(LIMIT_SECONDS, TimeUnit.SECONDS));
        kit.close();
    }

    @Test
    void givenMoreFlushesThanReaders_whenAnotherFileIsWrittenAndRead_thenItIsServed() throws Exception {
        disk.holdAll();
        List<CompletableFuture<Void>> flushes = new ArrayList<>();
        for (int i = 0; i < FLUSHES; i++) {
            Path file = kit.path("file-" + i);
            flushes.add(CompletableFuture.runAsync(() -> writeAndFlush(file), applications));
        }
        // All threads there are for that wait for the disk now; the rest of the flushes wait for one of them.
        Awaitility.await().until(() -> disk.begun("FSYNC") > DiskThreads.AT_ONCE);
        CompletableFuture<String> served = CompletableFuture.supplyAsync(this::writeAndRead, applications);
        assertEquals("12", served.get(LIMIT_SECONDS, TimeUnit.SECONDS));
        assertEquals(0, disk.ended("FSYNC"), "the disk has flushed nothing meanwhile");
        disk.letGo();
        for (CompletableFuture<Void> flush : flushes) {
            flush.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
        assertEquals(FLUSHES, disk.ended("FSYNC"));
    }

    private String writeAndRead() {
        try {
            Files.writeString(kit.path("other"), "2", StandardOpenOption.APPEND);
            return Files.readString(kit.path("other"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeAndFlush(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1));
            channel.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
