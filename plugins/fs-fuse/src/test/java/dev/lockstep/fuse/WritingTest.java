package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.PathFilter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a write promises. */
class WritingTest {
    private static final int ENOSPC = 28;
    private static final int LIMIT_SECONDS = 20;

    @TempDir
    Path base;

    @Test
    void givenAWriteThenItIsAcknowledgedOnlyWhenTheGateHasCompletedIt() throws Exception {
        RecordingGate gate = new RecordingGate();
        try (MountKit kit = MountKit.mounted(base, gate);
                FileChannel file =
                        FileChannel.open(kit.path("a"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            gate.holding = true;
            CompletableFuture<Integer> write = CompletableFuture.supplyAsync(() -> {
                try {
                    return file.write(ByteBuffer.wrap(new byte[10]));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            var completion = gate.held.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
            assertFalse(write.isDone());
            // Others are served meanwhile.
            assertTrue(Files.exists(kit.path("a")));
            completion.completed(0);
            assertEquals(10, write.get(LIMIT_SECONDS, TimeUnit.SECONDS));
            completion.completed(5);
            gate.holding = false;
            file.write(ByteBuffer.wrap(new byte[10]));
        }
    }

    @Test
    void givenAnFsyncThenThePeerIsAskedBeforeTheLocalDiskAndBothAreAwaited() throws Exception {
        RecordingGate gate = new RecordingGate();
        try (MountKit kit = MountKit.mounted(base, gate);
                FileChannel file =
                        FileChannel.open(kit.path("a"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[10]));
            gate.holding = true;
            CompletableFuture<Void> sync = CompletableFuture.runAsync(() -> {
                try {
                    file.force(false);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            var completion = gate.held.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
            assertFalse(sync.isDone());
            assertTrue(gate.of(Mutation.Flush.class).getFirst().dataOnly());
            completion.completed(0);
            sync.get(LIMIT_SECONDS, TimeUnit.SECONDS);
            gate.holding = false;
        }
    }

    @Test
    void givenALargeWriteThenItArrivesWholeAndInOrder() throws Exception {
        RecordingGate gate = new RecordingGate();
        byte[] data = new byte[(3 << 20) + 12345];
        new Random(7).nextBytes(data);
        try (MountKit kit = MountKit.mounted(base, gate)) {
            Files.write(kit.path("a"), data);
            assertArrayEquals(data, Files.readAllBytes(kit.path("a")));
            ByteBuffer replayed = ByteBuffer.allocate(data.length);
            for (Mutation.Write write : gate.of(Mutation.Write.class)) {
                assertEquals(replayed.position(), write.offset());
                replayed.put(write.data());
            }
            assertArrayEquals(data, replayed.array());
        }
    }

    @Test
    void givenTwoProcessesThatAppendThenNothingIsOverwritten() throws Exception {
        try (MountKit kit = MountKit.mounted(base, new PassThroughGate())) {
            String loop = "for i in $(seq 300); do echo $i >> log; done";
            Shell.run(kit.directory, "(" + loop + ") & (" + loop + ") & wait");
            assertEquals(600, Files.readAllLines(kit.path("log")).size());
        }
    }

    @Test
    void givenAMappedFileThenItsChangesArriveAtForce() throws Exception {
        RecordingGate gate = new RecordingGate();
        try (MountKit kit = MountKit.mounted(base, gate);
                FileChannel file = FileChannel.open(
                        kit.path("a"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[8192]));
            MappedByteBuffer map = file.map(FileChannel.MapMode.READ_WRITE, 0, 8192);
            map.put(5000, (byte) 'x');
            map.force();
            Mutation.Write last = gate.of(Mutation.Write.class).getLast();
            assertEquals('x', last.data().get((int) (5000 - last.offset())));
            assertEquals(1, gate.of(Mutation.Flush.class).size());
        }
    }

    @Test
    void givenDirectSynchronousWritesThenTheyAreMarkedDurable() throws Exception {
        RecordingGate gate = new RecordingGate();
        try (MountKit kit = MountKit.mounted(base, gate)) {
            Shell.run(kit.directory, "dd if=/dev/zero of=a bs=4096 count=2 oflag=direct,dsync status=none");
            List<Mutation.Write> writes = gate.of(Mutation.Write.class);
            assertEquals(2, writes.size());
            assertTrue(writes.stream().allMatch(Mutation.Write::durable));
            assertEquals(0, gate.of(Mutation.Flush.class).size());
            Shell.run(kit.directory, "dd if=/dev/zero of=b bs=4096 count=2 oflag=dsync status=none");
            assertEquals(2, gate.of(Mutation.Flush.class).size(), "cached files are flushed after each write");
        }
    }

    @Test
    void givenADiskThatFillsInTheMiddleThenTheWriterGetsTheErrorAndThePeerWhatWasWritten() throws Exception {
        RecordingGate gate = new RecordingGate();
        FailingCalls failing = new FailingCalls();
        try (MountKit kit = MountKit.open(base, gate, PathFilter.ALL, failing.calls())) {
            kit.tree().expose(dev.lockstep.api.fs.Exposure.READ_WRITE);
            failing.shortThenFail("WRITE", 1000, ENOSPC);
            IOException e = assertThrows(IOException.class, () -> Files.write(kit.path("a"), new byte[4096]));
            assertTrue(e.getMessage().contains("No space left"), e.getMessage());
            assertEquals(1000, gate.of(Mutation.Write.class).getFirst().data().remaining());
            assertEquals(
                    1000,
                    kit.backing()
                            .state(gate.of(Mutation.Create.class).getFirst().id())
                            .attributes()
                            .size());
        }
    }

    @Test
    void givenAFailedWriteThenItIsAbandonedAndNothingCommitted() throws Exception {
        RecordingGate gate = new RecordingGate();
        FailingCalls failing = new FailingCalls();
        try (MountKit kit = MountKit.open(base, gate, PathFilter.ALL, failing.calls())) {
            kit.tree().expose(dev.lockstep.api.fs.Exposure.READ_WRITE);
            failing.shortThenFail("WRITE", 0, ENOSPC);
            assertThrows(IOException.class, () -> Files.write(kit.path("a"), new byte[4096]));
            assertEquals(0, gate.of(Mutation.Write.class).size());
            assertEquals(1, gate.abandoned.size());
        }
    }

    @Test
    void givenATruncationThenEverythingBehindItIsAnnounced() throws Exception {
        RecordingGate gate = new RecordingGate();
        try (MountKit kit = MountKit.mounted(base, gate)) {
            Files.write(kit.path("a"), new byte[10_000]);
            Shell.run(kit.directory, "truncate -s 3000 a");
            Intent.Data intent = (Intent.Data) gate.intents.stream()
                    .filter(each -> each instanceof Intent.Data data && data.offset() == 3000)
                    .findFirst()
                    .orElseThrow();
            assertEquals(Long.MAX_VALUE - 3000, intent.length());
            Mutation.SetAttributes cut = gate.of(Mutation.SetAttributes.class).stream()
                    .filter(each -> (each.mask() & Mutation.SetAttributes.SIZE) != 0)
                    .findFirst()
                    .orElseThrow();
            assertEquals(3000, cut.size());
        }
    }

    @Test
    void givenAClosedFileThenItsTimeWasTold() throws Exception {
        RecordingGate gate = new RecordingGate();
        try (MountKit kit = MountKit.mounted(base, gate)) {
            Files.write(kit.path("a"), new byte[10]);
            Mutation.SetAttributes time = gate.of(Mutation.SetAttributes.class).getLast();
            assertEquals(Mutation.SetAttributes.MODIFIED, time.mask());
            assertEquals(kit.backing().state(time.id()).attributes().modified(), time.modified());
        }
    }
}
