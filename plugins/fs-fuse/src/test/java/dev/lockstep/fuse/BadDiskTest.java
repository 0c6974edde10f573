package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.Exposure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk below a directory dies or hangs: a file system in a file that is shut down or frozen. */
class BadDiskTest {
    private static final long PATIENCE_SECONDS = 60;

    @TempDir
    Path base;

    private Path mounted;

    @BeforeEach
    void mount() throws Exception {
        MountKit.requireRoot();
        mounted = Files.createDirectory(base.resolve("mounted"));
        Shell.run(base, "truncate -s 64M disk; mkfs.ext4 -q disk");
        Process mount = new ProcessBuilder("mount", "-o", "loop", "disk", "mounted")
                .directory(base.toFile())
                .start();
        Assumptions.assumeTrue(mount.waitFor() == 0, "SKIPPED: no loop devices");
    }

    @AfterEach
    void unmount() throws Exception {
        Shell.run(base, "! mountpoint -q mounted || umount -l mounted");
    }

    @Test
    void givenADiskThatWorksThenTheProbeSucceedsAndLeavesNothingToBeSeen() throws Exception {
        try (MountKit kit = MountKit.open(mounted, new PassThroughGate())) {
            kit.tree().expose(Exposure.READ_WRITE);
            kit.tree().probe();
            kit.tree().probe();
            assertEquals(0, kit.path(".").toFile().list().length);
        }
    }

    @Test
    void givenADiskThatAnswersWithErrorsThenTheProbeFails() throws Exception {
        try (MountKit kit = MountKit.open(mounted, new PassThroughGate())) {
            kit.tree().expose(Exposure.READ_WRITE);
            kit.tree().probe();
            // EXT4_IOC_SHUTDOWN, without flushing the log
            Shell.run(
                    base,
                    "perl -e 'open(my $d, \"<\", \"mounted\") or die; my $how = pack(\"L\", 2);"
                            + " ioctl($d, 0x8004587D, $how) or die $!'");
            assertThrows(IOException.class, () -> kit.tree().probe());
            kit.tree().abort();
        } catch (IOException expected) {
            assertTrue(expected.getMessage() != null, "the guard cannot be left in order on a dead disk");
        }
    }

    @Test
    void givenADiskThatHangsWhenTheExposureIsAbortedThenAProcessThatWaitsCanEnd() throws Exception {
        try (MountKit kit = MountKit.open(mounted, new PassThroughGate())) {
            kit.tree().expose(Exposure.READ_WRITE);
            Shell.run(base, "fsfreeze -f mounted");
            Process stuck =
                    new ProcessBuilder("dd", "if=/dev/zero", "of=" + kit.path("stuck"), "bs=4k", "count=1").start();
            try {
                assertTrue(!stuck.waitFor(500, TimeUnit.MILLISECONDS), "it waits for the disk");
                kit.tree().abort();
                assertTrue(stuck.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS), "its write has ended");
                assertTrue(stuck.exitValue() != 0, "with an error");
            } finally {
                Shell.run(base, "fsfreeze -u mounted");
                stuck.destroyForcibly();
            }
        }
    }
}
