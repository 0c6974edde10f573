package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.Exposure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the mount of the file system below forbids, the interception forbids. */
class MountRestrictionsTest {
    private static final Set<String> RESTRICTIONS = Set.of("ro", "nosuid", "nodev", "noexec", "nosymfollow");

    @TempDir
    Path base;

    private Path disk;

    @BeforeEach
    void aFileSystemOfItsOwn() throws Exception {
        MountKit.requireRoot();
        disk = Files.createDirectories(base.toRealPath().resolve("disk"));
        Shell.run(
                base,
                "chmod 755 .; truncate -s 40M image; mkfs.ext4 -q image; mount -o loop image disk; chmod 755 disk");
    }

    @AfterEach
    void itGoesAgain() throws Exception {
        Shell.run(base, "umount disk");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"suid", "nosuid", "nodev", "noexec", "nosymfollow", "nosuid,nodev,noexec"})
    void givenRestrictionsBelow_whenTheDirectoryIsExposed_thenTheyHold(String options) throws Exception {
        Shell.run(base, "mount -o remount," + options + " disk");
        try (MountKit kit = MountKit.mounted(disk, new PassThroughGate())) {
            Set<String> expected = new TreeSet<>(Arrays.asList(options.split(",")));
            expected.retainAll(RESTRICTIONS);
            assertEquals(expected, restrictions(kit));
        }
    }

    @Test
    void givenNosuidBelow_whenASetUidCopyIsRunOnTheMount_thenItHasNoPrivileges() throws Exception {
        Shell.run(base, "mount -o remount,nosuid disk");
        try (MountKit kit = MountKit.mounted(disk, new PassThroughGate())) {
            assertEquals("65534", whoASetUidCopyIs(kit));
        }
    }

    @Test
    void givenNoRestrictionBelow_whenASetUidCopyIsRunOnTheMount_thenItWorksAsOnTheDisk() throws Exception {
        try (MountKit kit = MountKit.mounted(disk, new PassThroughGate())) {
            assertEquals("0", whoASetUidCopyIs(kit));
        }
    }

    @Test
    void givenASecondary_whenItIsExposed_thenNothingThereHasPrivileges() throws Exception {
        try (MountKit kit = MountKit.open(disk, new PassThroughGate())) {
            kit.tree().expose(Exposure.READ_ONLY);
            assertEquals(Set.of("ro", "nosuid", "nodev"), restrictions(kit));
            kit.tree().expose(Exposure.READ_WRITE);
            assertEquals(Set.of(), restrictions(kit));
        }
    }

    @Test
    void givenTheDiskWasRemountedMeanwhile_whenTheDirectoryIsExposedAgain_thenWhatHoldsNowCounts() throws Exception {
        Shell.run(base, "mount -o remount,noexec disk");
        try (MountKit kit = MountKit.mounted(disk, new PassThroughGate())) {
            Shell.run(base, "mount -o remount,exec,nosuid disk");
            kit.tree().expose(Exposure.READ_WRITE);
            assertEquals(Set.of("nosuid"), restrictions(kit));
        }
    }

    @Test
    void givenADiskMountedReadOnly_whenTheDirectoryIsTakenHoldOf_thenItIsRefused() throws Exception {
        Files.createDirectories(disk.resolve("data"));
        Files.createDirectories(disk.resolve("state"));
        Shell.run(base, "mount -o remount,bind,ro disk");
        IOException refused = assertThrows(IOException.class, () -> MountKit.open(disk, new PassThroughGate()));
        assertTrue(refused.getMessage().contains("read-only"), refused.getMessage());
    }

    private static Set<String> restrictions(MountKit kit) throws Exception {
        String options = Shell.run(kit.directory, "findmnt -n -o OPTIONS -M " + kit.directory + " | tail -1");
        Set<String> found = new TreeSet<>(List.of(options.split(",")));
        found.retainAll(RESTRICTIONS);
        return found;
    }

    private static String whoASetUidCopyIs(MountKit kit) throws Exception {
        Shell.run(kit.directory, "chmod 755 .; cp /usr/bin/id id; chmod 4755 id");
        return Shell.runAsNobody(kit.directory, "./id -u");
    }
}
