package dev.lockstep.node.plugins;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.link.HeartbeatTransport;
import dev.lockstep.node.StartRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginHouseTest {
    @TempDir
    private Path directory;

    @Test
    void givenNoPlugin_whenOneIsAskedFor_thenTheRefusalNamesThePurposeAndTheDirectory() {
        try (PluginHouse house = PluginHouse.open(directory)) {
            StartRefused refusal =
                    assertThrows(StartRefused.class, () -> house.extension(HeartbeatTransport.class, "heartbeats"));
            assertTrue(refusal.getMessage().contains("heartbeats"), refusal.getMessage());
            assertTrue(refusal.getMessage().contains(directory.toString()), refusal.getMessage());
        }
    }

    @Test
    void givenAFileThatIsNoPlugin_whenTheHouseOpens_thenItIsAProblemAndNothingElse() throws IOException {
        Files.writeString(directory.resolve("broken.jar"), "this is no archive");
        try (PluginHouse house = PluginHouse.open(directory)) {
            assertEquals(1, house.problems().size());
            assertTrue(
                    house.problems().getFirst().contains("broken.jar"),
                    house.problems().toString());
        }
    }

    @Test
    void givenNoDirectory_whenTheHouseOpens_thenTheProblemNamesIt() {
        try (PluginHouse house = PluginHouse.open(directory.resolve("missing"))) {
            assertTrue(
                    house.problems().getFirst().contains("missing"),
                    house.problems().toString());
        }
    }
}
