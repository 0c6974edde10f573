package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.lockstep.api.fs.Exposure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever an application does, the mount behaves as an ordinary directory and the peer's tree stays equal. */
class RandomOperationsTest {
    private static final int BURSTS = 4;
    private static final int STEPS = 400;

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void givenRandomOperationsThenBothTreesAreEqualAfterEveryBurst(long seed, @TempDir Path base) throws Exception {
        Path reference = Files.createDirectories(base.resolve("reference"));
        try (MountKit peer = MountKit.open(Files.createDirectories(base.resolve("peer")), new PassThroughGate())) {
            MirrorGate gate = new MirrorGate(peer.backing());
            try (MountKit mount = MountKit.open(Files.createDirectories(base.resolve("mount")), gate)) {
                mount.tree().expose(Exposure.READ_WRITE);
                for (int burst = 0; burst < BURSTS; burst++) {
                    try (RandomOperations operations =
                            new RandomOperations(seed * 1000 + burst, mount.directory, reference)) {
                        for (int step = 0; step < STEPS; step++) {
                            String disagreement = operations.step();
                            assertNull(disagreement, "seed " + seed + " burst " + burst + " step " + step);
                            assertEquals(
                                    List.of(), gate.failures, "seed " + seed + " burst " + burst + " step " + step);
                        }
                    }
                    NamelessFilesTest.awaitEmptyCradle(mount);
                    NamelessFilesTest.awaitEmptyCradle(peer);
                    assertEquals(look(reference), look(mount.directory), "seed " + seed + " burst " + burst);
                    assertEquals(
                            List.of(),
                            TreeComparison.of(mount.backing(), peer.backing()),
                            "seed " + seed + " burst " + burst);
                    gate.awaitIdle();
                }
                assertEquals(
                        List.of(),
                        mount.events.notices.stream()
                                .filter(text -> !text.contains("CAP_SYS_RESOURCE"))
                                .toList());
                assertEquals(List.of(), mount.events.troubles);
            }
        }
    }

    /** What an application sees: type, mode, owner, size, links, target, device, extended attributes. */
    static String look(Path directory) throws IOException, InterruptedException {
        return Shell.run(
                directory,
                "export LC_ALL=C; find . ! -type d -printf '%P %y %m %U %G %s %n %l\\n' -o"
                        + " -printf '%P %y %m %U %G\\n' | sort;"
                        + " find . -type b -o -type c | sort | xargs -r stat -c '%n %t %T';"
                        + " find . | sort | xargs -d '\\n' getfattr -h -d -m - 2>/dev/null"
                        + " | grep -v -e trusted.lockstep || true");
    }
}
