package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.api.fs.Exposure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A file has the times that were set, of whatever century; those a file system cannot keep become what they become below. */
class FileTimesTest {
    private static final String LOOK = "stat -c '%.9X %.9Y' f";

    @TempDir
    Path base;

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "@-9223372036854775808",
                "@-99999999999.999999999",
                "@-2147483649.5",
                "@-2147483648",
                "@-1.000000001",
                "@0",
                "@2147483648.123456789",
                "2262-04-12",
                "2300-01-01 00:00:00.987654321",
                "@9223372036.854775808",
                "@15032385535.999999999",
                "@15032385536",
                "@9223372036854775807",
            })
    void givenATimeIsSet_thenItIsThatOfAnOrdinaryDirectory_onBothNodes(String time) throws Exception {
        String set = "touch f; touch -h -d '" + time + "' f; " + LOOK;
        Path reference = Files.createDirectories(base.resolve("reference"));
        try (MountKit peer = MountKit.open(Files.createDirectories(base.resolve("peer")), new PassThroughGate())) {
            MirrorGate gate = new MirrorGate(peer.backing());
            try (MountKit kit = MountKit.open(Files.createDirectories(base.resolve("mount")), gate)) {
                kit.tree().expose(Exposure.READ_WRITE);
                String ordinary = Shell.run(reference, set);
                assertEquals(ordinary, Shell.run(kit.directory, set));
                assertEquals(ordinary, Shell.run(kit.directory, "echo 2 > /proc/sys/vm/drop_caches; " + LOOK));
                assertEquals(ordinary, Shell.run(peer.directory, LOOK));
                assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
                assertEquals(List.of(), gate.failures);
            }
        }
    }

    @Test
    void givenACopyOfAFileWithATimeOfAnotherCentury_whenItsTimesAreKept_thenTheyAreThoseOfTheOriginal()
            throws Exception {
        try (MountKit kit = MountKit.mounted(base, new PassThroughGate())) {
            String original = Shell.run(kit.directory, "touch -d '2300-01-01 01:02:03.4' f; " + LOOK);
            assertEquals(original, Shell.run(kit.directory, "cp -p f g; rm f; mv g f; " + LOOK));
        }
    }

    @Test
    void givenFilesOfOtherCenturies_whenTheDirectoryWasGuarded_thenTheyAreNotTakenForChanged() throws Exception {
        try (MountKit kit = MountKit.mounted(base, new PassThroughGate())) {
            Shell.run(kit.directory, "touch -d 2300-01-01 f; touch -d 1850-01-01 g");
            kit.guard();
            kit.reopen(new PassThroughGate());
            assertEquals(List.of(), kit.backing().changedUnguarded().ids());
        }
    }
}
