package dev.lockstep.mina;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Without the index PF4J finds no extension and says nothing. */
class PluginDescriptionTest {
    @Test
    void givenTheBuiltClasses_whenPf4jLooksForExtensions_thenBothTransportsAreInTheIndex() throws Exception {
        // From the plugin's own classes: the processor also runs on tests and writes an empty index there.
        URI classes = MinaPlugin.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI();
        String index = Files.readString(Path.of(classes).resolve("META-INF/extensions.idx"));
        assertTrue(index.contains(MinaHeartbeatTransport.class.getName()), index);
        assertTrue(index.contains(MinaReplicationTransport.class.getName()), index);
    }
}
