package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.Exposure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.PathFilter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A request that is held up, however long, holds up nobody else; many of them take no more threads than there may be. */
class HeldUpTest {
    private static final int LIMIT_SECONDS = 20;
    /** As in FuseMount. */
    private static final int READERS_MAX = 32;

    @TempDir
    Path base;

    private final HoldingGate gate = new HoldingGate();
    private final ExecutorService applications = Executors.newCachedThreadPool();
    private MountKit kit;

    /** Holds up whatever changes the content of files, when told to. */
    private static final class HoldingGate extends PassThroughGate {
        final CountDownLatch letGo = new CountDownLatch(1);
        final AtomicInteger held = new AtomicInteger();
        volatile boolean holds;

        @Override
        public long enter(Intent intent) {
            if (holds && intent instanceof Intent.Data) {
                held.incrementAndGet();
                try {
                    letGo.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException(e);
                }
            }
            return super.enter(intent);
        }
    }

    @AfterEach
    void end() throws Exception {
        gate.letGo.countDown();
        applications.shutdown();
        assertTrue(applications.awaitTermination(LIMIT_SECONDS, TimeUnit.SECONDS));
        if (kit != null) {
            kit.close();
        }
        awaitReaders(0);
    }

    private static void awaitReaders(long threads) {
        Awaitility.await().atMost(LIMIT_SECONDS, TimeUnit.SECONDS).until(() -> readers() == threads);
    }

    private static long readers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("fuse-test-0-\\d+"))
                .count();
    }

    private CompletableFuture<Void> write(String name) {
        Path file = kit.path(name);
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        Files.writeString(file, name);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                applications);
    }

    private String list() throws Exception {
        return CompletableFuture.supplyAsync(
                        () -> {
                            try (var names = Files.list(kit.directory)) {
                                return names.map(Path::getFileName)
                                        .map(Path::toString)
                                        .sorted()
                                        .toList()
                                        .toString();
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        },
                        applications)
                .get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void givenAnIdleMount_thenOneThreadServesIt() throws Exception {
        kit = MountKit.mounted(base, gate);
        // A second one was there if the machine held up the first for a moment; it ends.
        awaitReaders(1);
    }

    @Test
    void givenAWriteHeldUpByTheGate_thenEverythingElseIsServed() throws Exception {
        kit = MountKit.mounted(base, gate);
        gate.holds = true;
        CompletableFuture<Void> held = write("one");
        Awaitility.await().until(() -> gate.held.get() == 1);
        assertEquals("[one]", list());
        Files.createDirectory(kit.path("two"));
        assertEquals("[one, two]", list());
        assertEquals(0, Files.size(kit.path("one")));
        gate.letGo.countDown();
        held.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertEquals("one", Files.readString(kit.path("one")));
    }

    @Test
    void givenACallOfTheDiskThatDoesNotReturn_thenEverythingElseIsServed() throws Exception {
        FailingCalls disk = new FailingCalls();
        kit = MountKit.open(base, gate, PathFilter.ALL, disk.calls());
        kit.tree().expose(Exposure.READ_WRITE);
        CountDownLatch hung = new CountDownLatch(1);
        disk.meanwhile("pwrite", "WRITE", () -> {
            hung.countDown();
            awaitLetGo();
        });
        CompletableFuture<Void> held = write("one");
        assertTrue(hung.await(LIMIT_SECONDS, TimeUnit.SECONDS));
        for (int i = 0; i < 10; i++) {
            write("two").get(LIMIT_SECONDS, TimeUnit.SECONDS);
            assertEquals("[one, two]", list());
        }
        gate.letGo.countDown();
        held.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private void awaitLetGo() {
        try {
            gate.letGo.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void givenMoreHeldUpThanThereAreThreads_whenTheyAreLetGo_thenAllAreServed() throws Exception {
        kit = MountKit.mounted(base, gate);
        gate.holds = true;
        List<CompletableFuture<Void>> writes = new ArrayList<>();
        for (int i = 0; i < READERS_MAX * 2; i++) {
            writes.add(write("file-" + i));
        }
        int threads = Math.clamp(Runtime.getRuntime().availableProcessors() * 4L, 8, READERS_MAX);
        Awaitility.await().until(() -> gate.held.get() == threads);
        assertEquals(threads, readers());
        gate.letGo.countDown();
        for (CompletableFuture<Void> write : writes) {
            write.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
        assertEquals("file-0", Files.readString(kit.path("file-0")));
    }

    @Test
    void givenOneHeldUp_whenTheConnectionIsAborted_thenWhoeverWaitsForTheMountIsToldAtOnce() throws Exception {
        kit = MountKit.mounted(base, gate);
        gate.holds = true;
        CompletableFuture<Void> held = write("one");
        Awaitility.await().until(() -> gate.held.get() == 1);
        kit.tree().abort();
        assertEquals(
                UncheckedIOException.class,
                held.handle((nothing, failure) -> failure.getCause().getClass()).get(LIMIT_SECONDS, TimeUnit.SECONDS));
        gate.letGo.countDown();
    }
}
