package dev.lockstep.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.replication.kit.Application;
import dev.lockstep.replication.kit.MemoryNode;
import dev.lockstep.replication.kit.MemoryTree;
import dev.lockstep.replication.kit.Mirror;
import dev.lockstep.replication.kit.RhythmWitness;
import dev.lockstep.replication.kit.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * P1: applications in rhythm, whose flushes the secondary anticipates. Whenever it loses its power, its disk has what an answered
 * flush promised. {@code -Dseeds=N} runs N new histories, {@code -Dseed=S} one.
 */
class RhythmCrashTest {
    private static final int STANDARD_SEEDS = 12;
    private static final int WITNESSES = 3;
    private static final int LIVES = 3;
    private static final long FLUSH_NANOS_MAX = 400_000;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final String FLUSH = "tree.apply-Flush";

    static LongStream seeds() {
        return Seeds.asked(STANDARD_SEEDS);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void givenApplicationsInRhythm_whenTheSecondaryLosesItsPower_thenItsDiskHasWhatAnAnsweredFlushPromised(long seed)
            throws Exception {
        Random random = new Random(seed);
        try (Mirror mirror = new Mirror(1, Mirror.SETTINGS)) {
            MemoryNode.await(mirror.a().engine().alone(false));
            mirror.b()
                    .faults()
                    .slow(
                            FLUSH,
                            () -> LockSupport.parkNanos(
                                    ThreadLocalRandom.current().nextLong(FLUSH_NANOS_MAX)));
            for (int life = 0; life < LIVES; life++) {
                mirror.join(mirror.a(), mirror.b());
                live(mirror, random, life, "seed " + seed + " life " + life);
            }
        } catch (AssertionError failure) {
            throw new AssertionError("-Dseed=" + seed + ": " + failure.getMessage(), failure);
        }
    }

    /** From a pair to the crash of its secondary, which has started again at the end. */
    private static void live(Mirror mirror, Random random, int life, String which) throws Exception {
        MemoryNode b = mirror.b();
        Application app = new Application(mirror.a());
        List<RhythmWitness> witnesses = new ArrayList<>();
        for (int i = 0; i < WITNESSES; i++) {
            RhythmWitness witness = new RhythmWitness("life" + life + "-" + i, app, random.nextLong());
            int before = b.faults().seen().getOrDefault(FLUSH, 0);
            witness.find();
            int asked = dev.lockstep.api.fs.FlushForecast.INTERVALS + 1;
            MemoryNode.await(
                    which + ": the secondary to flush before it is asked",
                    () -> b.faults().seen().get(FLUSH) - before > asked);
            witnesses.add(witness);
        }
        CompletableFuture<?>[] work = witnesses.stream()
                .map(witness -> CompletableFuture.runAsync(
                        witness, Thread.ofPlatform().daemon().name("rhythm")::start))
                .toArray(CompletableFuture<?>[]::new);
        int some = 20 + random.nextInt(200);
        MemoryNode.await(
                which + ": work",
                () -> witnesses.stream().mapToInt(RhythmWitness::promised).sum() > some);
        int[] promised = witnesses.stream().mapToInt(RhythmWitness::promised).toArray();
        b.crash(random);
        witnesses.forEach(RhythmWitness::end);
        MemoryTree disk = b.tree(0);
        for (int i = 0; i < WITNESSES; i++) {
            assertEquals("", witnesses.get(i).missing(disk, promised[i]), "P1 " + which);
        }
        CompletableFuture.allOf(work).get(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
        mirror.cut();
        mirror.a().awaitTold(text -> text.startsWith("lost"));
        MemoryNode.await(mirror.a().engine().alone(false));
        b.start();
    }
}
