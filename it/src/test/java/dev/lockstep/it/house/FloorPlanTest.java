package dev.lockstep.it.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arrows of the floor plan hold for the code as it is, and a crossed arrow is caught. */
class FloorPlanTest {
    private static final Checkout CHECKOUT = Checkout.here();

    @TempDir
    Path samples;

    @Test
    void theHouseKeepsItsFloorPlan() {
        JavaClasses house = new ClassFileImporter().importPaths(CHECKOUT.compiledParts());
        assertFalse(house.isEmpty(), "nothing compiled was found below " + CHECKOUT.root());
        assertEquals(List.of(), FloorPlan.homeless(house));
        assertEquals(List.of(), FloorPlan.breaches(house));
    }

    @ParameterizedTest(name = "{0} may not depend on {1}")
    @CsvSource({
        "api,         core",
        "core,        node",
        "core,        fuse",
        "config,      node",
        "replication, node",
        "replication, config",
        "node,        fuse",
        "node,        cli",
        "cli,         api",
        "cli,         node",
        "mina,        node",
        "fuse,        mina",
        "fuse,        core",
    })
    void aCrossedArrowIsCaught(String from, String to) throws IOException {
        JavaClasses crossed = compile(Map.of(
                "dev/lockstep/" + to + "/Target.java",
                "package dev.lockstep." + to + "; public class Target {}",
                "dev/lockstep/" + from + "/Source.java",
                "package dev.lockstep." + from + "; class Source { dev.lockstep." + to + ".Target target; }"));
        assertFalse(FloorPlan.breaches(crossed).isEmpty());
    }

    @ParameterizedTest(name = "core may not say {0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "long now = System.currentTimeMillis();",
                "long now = System.nanoTime();",
                "Thread worker;",
                "java.nio.file.Path path;",
                "java.io.File file;",
                "java.net.Socket socket;",
                "java.util.logging.Logger log;",
                "java.util.Random dice = new java.util.Random();",
            })
    void anActInTheDecisionsIsCaught(String act) throws IOException {
        JavaClasses acting = compile(
                Map.of("dev/lockstep/core/Acting.java", "package dev.lockstep.core; class Acting { " + act + " }"));
        assertFalse(FloorPlan.breaches(acting).isEmpty());
    }

    @Test
    void anAllowedArrowIsNotReported() throws IOException {
        JavaClasses allowed = compile(Map.of(
                "dev/lockstep/api/Target.java", "package dev.lockstep.api; public class Target {}",
                "dev/lockstep/fuse/Source.java",
                        "package dev.lockstep.fuse; class Source { dev.lockstep.api.Target target; Thread worker; }"));
        assertEquals(List.of(), FloorPlan.breaches(allowed));
    }

    @Test
    void aPartWithoutAPlaceInThePlanIsCaught() throws IOException {
        JavaClasses annex = compile(Map.of("dev/lockstep/annex/New.java", "package dev.lockstep.annex; class New {}"));
        assertEquals(List.of("dev.lockstep.annex"), FloorPlan.homeless(annex));
    }

    private JavaClasses compile(Map<String, String> sources) throws IOException {
        for (Map.Entry<String, String> source : sources.entrySet()) {
            Path file = samples.resolve(source.getKey());
            Files.createDirectories(file.getParent());
            Files.writeString(file, source.getValue());
        }
        String[] arguments = Stream.concat(
                        Stream.of("-proc:none", "-d", samples.toString()),
                        sources.keySet().stream()
                                .map(name -> samples.resolve(name).toString()))
                .toArray(String[]::new);
        int status = ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments);
        assertTrue(status == 0, "the sample does not compile");
        return new ClassFileImporter().importPath(samples);
    }
}
