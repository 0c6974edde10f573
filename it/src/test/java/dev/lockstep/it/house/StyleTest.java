package dev.lockstep.it.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Style is a test: no argument about it is repeated in review. */
class StyleTest {
    private static final Checkout CHECKOUT = Checkout.here();

    /** Files allowed to be longer, with the length they may not pass. Entries only ever shrink or go. */
    private static final Map<String, Integer> LONGER_FILES = new TreeMap<>(Map.of(
            "engine/api/src/test/java/dev/lockstep/api/link/ReplicationTransportContract.java", 504,
            "engine/replication/src/test/java/dev/lockstep/replication/kit/Schedule.java", 458));

    @Test
    void sourcesKeepTheRules() throws IOException {
        List<String> breaches = new ArrayList<>();
        for (Path path : CHECKOUT.sources(".java", ".groovy", ".xsd", ".sh", ".md", "/run", "/lockstep")) {
            breaches.addAll(Style.breaches(CHECKOUT.name(path), Files.readString(path)));
        }
        assertEquals(List.of(), breaches);
    }

    @Test
    void aFileFitsIntoAHead() throws IOException {
        List<String> tooLong = new ArrayList<>();
        List<String> notNeeded = new ArrayList<>();
        for (Path path : CHECKOUT.sources(".java", ".groovy")) {
            String name = CHECKOUT.name(path);
            int lines = Style.lines(Files.readString(path));
            if (lines > LONGER_FILES.getOrDefault(name, Style.FILE_LINES_MAX)) {
                tooLong.add(name + " has " + lines + " lines");
            }
            if (lines <= Style.FILE_LINES_MAX && LONGER_FILES.containsKey(name)) {
                notNeeded.add(name);
            }
        }
        assertEquals(List.of(), tooLong);
        assertEquals(List.of(), notNeeded, "short enough now: take them off the list");
    }

    @Test
    void aMethodFitsOnAScreen() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path path : CHECKOUT.sources(".java")) {
            tooLong.addAll(Style.longMethods(CHECKOUT.name(path), Files.readString(path)));
        }
        assertEquals(List.of(), tooLong);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Thread" + ".sleep(5);",
                "System" + ".exit(1);",
                "failure.print" + "StackTrace();",
                "// TO" + "DO later",
                "try { act(); } catch (Exception ignored) {" + "}",
                "@Dis" + "abled void test() {}",
                "Path.of(\"/wo" + "rk/tree\")",
            })
    void aBreachIsCaught(String line) {
        assertFalse(Style.breaches("Sample.java", "class Sample {\n" + line + "\n}\n")
                .isEmpty());
    }

    @Test
    void aLauncherMayEndTheProcess() {
        assertEquals(List.of(), Style.breaches("node/Main.java", "System" + ".exit(1);"));
    }

    @Test
    void aLongMethodIsCaught() throws IOException {
        String body = "a();\n".repeat(Style.METHOD_LINES_MAX);
        List<String> found = Style.longMethods("Sample.java", "class Sample { void act() {\n" + body + "} }");
        assertTrue(found.size() == 1 && found.getFirst().contains("act"), found::toString);
    }
}
