package dev.lockstep.node.heartbeat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides when the voices of the peer (its heartbeats, the replication link) are silent. Silence is counted in time this
 * process really lived through: after a stall of our own (a stopped process, a long collection, a suspended machine) every voice gets a
 * fresh full window, because nobody was there to listen.
 *
 * <p>A pure counter without a clock; one thread.
 */
public final class SilenceWatch {
    private final Map<String, Voice> voices = new LinkedHashMap<>();
    private final long stallMillis;

    private static final class Voice {
        private final long timeoutMillis;
        private long silentMillis;
        private Hearing hearing = Hearing.UNKNOWN;

        private Voice(long timeoutMillis) {
            this.timeoutMillis = timeoutMillis;
        }

        private boolean silent() {
            return silentMillis >= timeoutMillis;
        }
    }

    /** What is known of one voice. */
    public enum Hearing {
        /** Nothing was heard yet and the first window is not over. */
        UNKNOWN,
        /** Heard within the window. */
        UP,
        /** Silent for a whole window. */
        DOWN
    }

    /** A voice came back or fell silent. */
    public record Change(String voice, Hearing hearing) {}

    /**
     * A watch over some voices, none heard so far.
     *
     * @param timeoutMillis the window of each voice: silence of this length means down
     * @param stallMillis a gap in our own life of this length or more starts all windows anew
     */
    public SilenceWatch(Map<String, Long> timeoutMillis, long stallMillis) {
        if (stallMillis <= 0 || timeoutMillis.values().stream().anyMatch(timeout -> timeout <= 0)) {
            throw new IllegalArgumentException("windows are positive");
        }
        timeoutMillis.forEach((voice, timeout) -> voices.put(voice, new Voice(timeout)));
        this.stallMillis = stallMillis;
    }

    /** Something authentic was heard. Voices that are not watched are ignored.
     * @return the change, if it was not up before */
    public List<Change> heard(String name) {
        Voice voice = voices.get(name);
        if (voice == null) {
            return List.of();
        }
        voice.silentMillis = 0;
        return change(name, voice, Hearing.UP);
    }

    /** Lets time pass.
     * @return what fell silent */
    public List<Change> lived(long millis) {
        List<Change> changes = new ArrayList<>();
        boolean stalled = millis >= stallMillis;
        voices.forEach((name, voice) -> {
            if (stalled) {
                voice.silentMillis = 0;
                return;
            }
            voice.silentMillis = Math.min(voice.silentMillis + millis, voice.timeoutMillis);
            if (voice.silent()) {
                changes.addAll(change(name, voice, Hearing.DOWN));
            }
        });
        return changes;
    }

    /** Whether every voice was silent for a whole window just now. */
    public boolean allSilent() {
        return voices.values().stream().allMatch(Voice::silent);
    }

    /** What is known of a voice. */
    public Hearing hearing(String name) {
        return voices.get(name).hearing;
    }

    private static List<Change> change(String name, Voice voice, Hearing hearing) {
        if (voice.hearing == hearing) {
            return List.of();
        }
        voice.hearing = hearing;
        return List.of(new Change(name, hearing));
    }
}
