package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.lockstep.api.fs.Exposure;
import dev.lockstep.api.fs.MutationGate;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two nodes change roles between bursts of random operations, and whoever watches the secondary goes on watching it as a primary: the
 * mount that lives on behaves as an ordinary directory all the same, and remembers nothing of what it showed before.
 */
class RandomRolesTest {
    private static final int BURSTS = 6;
    private static final int STEPS = 250;
    private static final String WATCH = """
            while :; do
                ls -lRa .; find . -type f -print0 | xargs -0r cat; find . -type l -print0 | xargs -0r readlink
                find . -print0 | xargs -0r getfattr -h -d -m -
            done >/dev/null 2>&1
            """;
    /** Read through the memory of the kernel. */
    private static final String CONTENT = "export LC_ALL=C; find . -type f -print0 | sort -z | xargs -0r md5sum";

    private final AtomicReference<MutationGate> gateOfOne = new AtomicReference<>(new PassThroughGate());
    private final AtomicReference<MutationGate> gateOfTwo = new AtomicReference<>(new PassThroughGate());

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2})
    void givenRolesThatTurnThenNothingOfThatIsSeen(long seed, @TempDir Path base) throws Exception {
        Path reference = Files.createDirectories(base.resolve("reference"));
        try (MountKit one = MountKit.open(Files.createDirectories(base.resolve("one")), turning(gateOfOne));
                MountKit two = MountKit.open(Files.createDirectories(base.resolve("two")), turning(gateOfTwo))) {
            one.tree().expose(Exposure.READ_ONLY);
            for (int burst = 0; burst < BURSTS; burst++) {
                if (burst % 2 == 0) {
                    turn(two, one, gateOfOne, seed * 1000 + burst, reference);
                } else {
                    turn(one, two, gateOfTwo, seed * 1000 + burst, reference);
                }
            }
        }
    }

    /** The secondary becomes primary and works while the other one follows. */
    private static void turn(
            MountKit before, MountKit after, AtomicReference<MutationGate> gateOfAfter, long seed, Path reference)
            throws Exception {
        String where = "seed " + seed;
        Process watch = new ProcessBuilder("bash", "-c", WATCH)
                .directory(after.directory.toFile())
                .start();
        try (Onlooker onlooker = Onlooker.in(after.directory)) {
            before.tree().expose(Exposure.READ_ONLY);
            MirrorGate gate = new MirrorGate(before.backing());
            gateOfAfter.set(gate);
            after.tree().expose(Exposure.READ_WRITE);
            assertEquals(RandomOperationsTest.look(reference), RandomOperationsTest.look(after.directory), where);
            assertEquals(Shell.run(reference, CONTENT), Shell.run(after.directory, CONTENT), where);
            String names = Shell.run(reference, "export LC_ALL=C; ls -A | tr '\\n' ' '");
            assertEquals(names, onlooker.told("list ."), where);
            try (RandomOperations operations = new RandomOperations(seed, after.directory, reference)) {
                for (int step = 0; step < STEPS; step++) {
                    assertNull(operations.step(), where + " step " + step);
                    assertEquals(List.of(), gate.failures, where + " step " + step);
                }
            }
            NamelessFilesTest.awaitEmptyCradle(after);
            gate.awaitIdle();
            assertEquals(RandomOperationsTest.look(reference), RandomOperationsTest.look(after.directory), where);
            assertEquals(List.of(), TreeComparison.of(after.backing(), before.backing()), where);
        } finally {
            watch.destroyForcibly().onExit().join();
        }
    }

    private static MutationGate turning(AtomicReference<MutationGate> present) {
        return (MutationGate) Proxy.newProxyInstance(
                RandomRolesTest.class.getClassLoader(), new Class<?>[] {MutationGate.class}, (proxy, method, given) -> {
                    try {
                        return method.invoke(present.get(), given);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
    }
}
