package dev.lockstep.replication;

import dev.lockstep.replication.kit.Schedule;
import dev.lockstep.replication.kit.Seeds;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * P1, P2, P4, P5, P7: two nodes through seeded histories of cuts, crashes at any step, takeovers and returns, with an application
 * that writes all the time. The ordinary run takes the same histories every time, so that it judges a change and not its luck;
 * {@code -Dseeds=N} runs N new ones, {@code -Dseed=S} one.
 */
class CrashTest {
    private static final int STEPS = 12;
    private static final int STANDARD_SEEDS = 16;

    static LongStream seeds() {
        return Seeds.asked(STANDARD_SEEDS);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void givenAHistoryOfFaults_whenTheyAreHealed_thenTheCopiesAreEqualAndNothingPromisedIsMissing(long seed)
            throws Exception {
        try (Schedule schedule = new Schedule(seed, 1 + (int) (seed & 1))) {
            schedule.run(STEPS);
        }
    }
}
