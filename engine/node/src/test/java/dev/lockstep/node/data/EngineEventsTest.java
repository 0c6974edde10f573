package dev.lockstep.node.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.core.mirror.Event;
import dev.lockstep.core.mirror.LogLevel;
import dev.lockstep.node.state.StateDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineEventsTest {
    @TempDir
    Path state;

    private final List<String> log = new ArrayList<>();

    private final DataEvents runtime = new DataEvents() {
        @Override
        public void event(Event event) {
            log.add(event.toString());
        }

        @Override
        public void log(LogLevel level, String origin, String text) {
            log.add(level + " " + origin + ": " + text);
        }
    };

    @Test
    void aFailureDoesNotLookLikeAnArrivalAndEachIsToldOnce() {
        EngineEvents events = new EngineEvents(runtime, new DataResources(), List.of(), new StateDisk(state));

        events.notice("the other node has joined");
        events.trouble("the disk refuses data");

        assertEquals(List.of("E rfsplug: the other node has joined", "C rfsplug: the disk refuses data"), log);
    }
}
