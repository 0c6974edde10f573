package dev.lockstep.node.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModuleChecksTest {
    private static final String CONFIGURATION = "<safe><service mode=\"mirror\"/></safe>";

    @TempDir
    Path directory;

    @Test
    void aDamagedAppliedModuleIsWarnedOfAndKeepsNoOtherFromBeingChecked() throws Exception {
        PlainConfigurations configurations = new PlainConfigurations();
        FileClusterStore clusters =
                new FileClusterStore(directory.resolve("var"), configurations, address -> true, Optional.empty());
        clusters.configure(
                Optional.of(Files.writeString(directory.resolve("c.xml"), "<node name=\"alpha\" addr=\"10.0.0.1\"/>")));
        AppliedModule good = applied("good", CONFIGURATION);
        AppliedModule damaged = applied("damaged", "broken");
        Path folder = Files.createDirectories(directory.resolve("ledger/conf")).getParent();
        Files.writeString(folder.resolve("conf/userconfig.xml"), CONFIGURATION);

        Advice advice = new ModuleChecks(configurations, clusters)
                .check("ledger", folder, folder, List.of(good, damaged))
                .advice();

        List<String> comparisons = advice.warnings().stream()
                .filter(warning -> warning.startsWith("Not compared"))
                .toList();
        assertEquals(1, comparisons.size(), advice.toString());
        assertTrue(comparisons.getFirst().contains("module damaged"), advice.toString());
    }

    private AppliedModule applied(String name, String configuration) throws Exception {
        AppliedModule module = new AppliedModule(name, 1, directory.resolve(name), directory, "", Instant.EPOCH);
        Files.createDirectories(module.conf());
        Files.writeString(module.safeconf(), configuration);
        return module;
    }
}
