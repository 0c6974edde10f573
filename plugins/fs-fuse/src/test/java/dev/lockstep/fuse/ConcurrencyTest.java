package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.Exposure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many at once: the peer sees the operations on each object in the order this node applied them. */
class ConcurrencyTest {
    private static final int THREADS = 5;
    private static final int STEPS = 300;

    @TempDir
    Path base;

    @Test
    void givenManyThreadsOnTheSameNamesThenBothTreesAreEqual() throws Exception {
        Path reference = Files.createDirectories(base.resolve("reference"));
        try (MountKit peer = MountKit.open(Files.createDirectories(base.resolve("peer")), new PassThroughGate())) {
            MirrorGate gate = new MirrorGate(peer.backing());
            try (MountKit kit = MountKit.open(Files.createDirectories(base.resolve("mount")), gate);
                    ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
                kit.tree().expose(Exposure.READ_WRITE);
                List<Future<Void>> runs = new ArrayList<>();
                for (int thread = 0; thread < THREADS; thread++) {
                    long seed = 4000L + thread;
                    Callable<Void> run = () -> {
                        try (RandomOperations operations = new RandomOperations(seed, kit.directory, reference)) {
                            for (int step = 0; step < STEPS; step++) {
                                // Results differ from the reference: the threads meet in different orders.
                                operations.step();
                            }
                        }
                        return null;
                    };
                    runs.add(threads.submit(run));
                }
                for (Future<Void> run : runs) {
                    run.get(120, TimeUnit.SECONDS);
                }
                NamelessFilesTest.awaitEmptyCradle(kit);
                NamelessFilesTest.awaitEmptyCradle(peer);
                gate.awaitIdle();
                assertEquals(List.of(), gate.failures);
                assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
            }
        }
    }

    @Test
    void givenOverlappingDirectWritesThenBothNodesHaveTheSameWinner() throws Exception {
        try (MountKit peer = MountKit.open(Files.createDirectories(base.resolve("peer")), new PassThroughGate())) {
            MirrorGate gate = new MirrorGate(peer.backing());
            try (MountKit kit = MountKit.open(Files.createDirectories(base.resolve("mount")), gate)) {
                kit.tree().expose(Exposure.READ_WRITE);
                Shell.run(
                        kit.directory,
                        "truncate -s 64k f; for i in 1 2 3 4; do (for k in $(seq 12); do head -c 16384 /dev/zero"
                                + " | tr '\\0' $i | dd of=f bs=16384 seek=$((k % 3)) oflag=direct conv=notrunc"
                                + " status=none;"
                                + " done) & done; wait");
                assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
                assertTrue(gate.committed.get() >= 48);
            }
        }
    }

    @Test
    void givenFilesRemovedWhileADirectoryIsReadThenTheOthersAreSeenOnce() throws Exception {
        try (MountKit kit = MountKit.mounted(base, new PassThroughGate())) {
            String seen = Shell.run(
                    kit.directory,
                    "seq -f 'a%05g' 1000 | xargs touch; seq -f 'b%05g' 1000 | xargs touch;"
                            + "python3 -c \"import os\n"
                            + "names = []\n"
                            + "with os.scandir('.') as listing:\n"
                            + "  for n, entry in enumerate(listing):\n"
                            + "    names.append(entry.name)\n"
                            + "    if n == 100:\n"
                            + "      [os.unlink(f) for f in os.listdir('.') if f[0] == 'a']\n"
                            + "b = [x for x in names if x[0] == 'b']\n"
                            + "print(len(b), len(set(b)))\"; ls | wc -l");
            assertEquals("1000 1000\n1000", seen);
        }
    }

    @Test
    void givenAFullFileSystemThenWritersGetItsErrorAndTheTreesStayEqual() throws Exception {
        MountKit.requireRoot();
        Path small = Files.createDirectories(base.resolve("small"));
        Shell.run(base, "truncate -s 40M image; mkfs.ext4 -q image; mount -o loop image small");
        try (MountKit peer = MountKit.open(Files.createDirectories(base.resolve("peer")), new PassThroughGate())) {
            MirrorGate gate = new MirrorGate(peer.backing());
            try (MountKit kit = MountKit.open(small, gate)) {
                kit.tree().expose(Exposure.READ_WRITE);
                Shell.run(
                        kit.directory,
                        "! (for i in $(seq 40); do head -c 1234567 /dev/urandom > f$i; done;"
                                + " fallocate -l 50M h) 2> ../../error; grep -q 'No space left' ../../error");
                long full = kit.directory.toFile().getFreeSpace();
                Shell.run(kit.directory, "rm f1");
                // what it held is free once the kernel has forgotten it, which nobody waits for
                Awaitility.await()
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> kit.directory.toFile().getFreeSpace() >= full + 1_000_000);
                Shell.run(kit.directory, "head -c 1000000 /dev/urandom > g");
                assertEquals(List.of(), gate.failures);
                assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
            }
        } finally {
            Shell.run(base, "umount small");
        }
    }
}
