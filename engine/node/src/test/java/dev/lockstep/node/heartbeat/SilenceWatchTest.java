package dev.lockstep.node.heartbeat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.node.heartbeat.SilenceWatch.Change;
import dev.lockstep.node.heartbeat.SilenceWatch.Hearing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SilenceWatchTest {
    private static final long TIMEOUT = 3_000;
    private static final long STALL = 700;
    private final SilenceWatch watch = new SilenceWatch(windows(), STALL);

    @Test
    void givenAVoiceNeverHeard_whenTheWindowEnds_thenItIsDown() {
        assertEquals(List.of(), live(2_900));
        assertEquals(Hearing.UNKNOWN, watch.hearing("flow"));
        assertEquals(List.of(new Change("default", Hearing.DOWN), new Change("flow", Hearing.DOWN)), live(100));
        assertTrue(watch.allSilent());
    }

    @Test
    void givenTwoVoices_whenOneIsSilent_thenOnlyThatOneIsDown() {
        live(2_000);
        assertEquals(List.of(new Change("flow", Hearing.UP)), watch.heard("flow"));
        assertEquals(List.of(new Change("default", Hearing.DOWN)), live(1_000));
        assertFalse(watch.allSilent());
    }

    @Test
    void givenAVoiceThatIsDown_whenItIsHeard_thenItIsUpAgainOnce() {
        live(3_000);
        assertEquals(List.of(new Change("default", Hearing.UP)), watch.heard("default"));
        assertEquals(List.of(), watch.heard("default"));
        assertFalse(watch.allSilent());
    }

    @Test
    void givenOurOwnStall_whenItEnds_thenEveryVoiceHasAFreshFullWindow() {
        watch.heard("default");
        watch.heard("flow");
        live(2_900);
        assertEquals(List.of(), watch.lived(60_000));
        assertFalse(watch.allSilent());
        assertEquals(List.of(), live(2_900));
        assertEquals(2, live(100).size());
    }

    @Test
    void givenAVoiceThatIsDown_whenWeStall_thenItStaysDownButSilenceIsNotProvenUntilANewWindowEnded() {
        live(3_000);
        watch.lived(60_000);
        assertEquals(Hearing.DOWN, watch.hearing("default"));
        assertFalse(watch.allSilent());
        live(3_000);
        assertTrue(watch.allSilent());
    }

    @Test
    void givenAnUnknownVoice_whenItIsHeard_thenNothingChanges() {
        assertEquals(List.of(), watch.heard("nobody"));
    }

    private static Map<String, Long> windows() {
        Map<String, Long> windows = new LinkedHashMap<>();
        windows.put("default", TIMEOUT);
        windows.put("flow", TIMEOUT);
        return windows;
    }

    private List<Change> live(long millis) {
        List<Change> changes = List.of();
        for (long lived = 0; lived < millis; lived += 50) {
            List<Change> now = watch.lived(50);
            if (!now.isEmpty()) {
                changes = now;
            }
        }
        return changes;
    }
}
