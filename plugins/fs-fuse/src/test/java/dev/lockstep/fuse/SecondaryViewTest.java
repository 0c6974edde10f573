package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lockstep.api.fs.Exposure;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a secondary the directory is mounted read-only and shows at once what the primary does. */
class SecondaryViewTest {
    @TempDir
    Path base;

    @Test
    void givenChangesOnThePrimaryThenReadersOfTheSecondarySeeThem() throws Exception {
        try (MountKit peer = MountKit.open(Files.createDirectories(base.resolve("peer")), new RecordingGate())) {
            MirrorGate gate = new MirrorGate(peer.backing());
            try (MountKit kit = MountKit.open(Files.createDirectories(base.resolve("mount")), gate)) {
                kit.tree().expose(Exposure.READ_WRITE);
                peer.tree().expose(Exposure.READ_ONLY);
                Files.writeString(kit.path("a"), "one");
                try (RandomAccessFile open = new RandomAccessFile(peer.path("a").toFile(), "r")) {
                    assertEquals("one", open.readLine());
                    Files.writeString(kit.path("a"), "two, longer");
                    open.seek(0);
                    assertEquals("two, longer", open.readLine());
                    assertEquals(11, Files.size(peer.path("a")));
                    Files.delete(kit.path("a"));
                    assertFalse(Files.exists(peer.path("a")));
                    open.seek(0);
                    assertEquals("two, longer", open.readLine(), "who has it open keeps it");
                }
                Files.writeString(kit.path("a"), "three");
                assertEquals("three", Files.readString(peer.path("a")));
                Shell.run(
                        kit.directory,
                        "mkdir d; for i in 1 2 3; do echo $i > d/$i; done; mv d e; chmod 700 e; ln -s a l");
                assertEquals("a\ne\ne/1\ne/2\ne/3\nl", Shell.run(peer.directory, "find * | sort"));
                Shell.run(kit.directory, "rm e/2; ln -sf b l");
                assertEquals("1\n3 700 b", Shell.run(peer.directory, "echo \"$(ls e) $(stat -c %a e) $(readlink l)\""));
                assertThrows(FileSystemException.class, () -> Files.writeString(peer.path("a"), "x"));
                Shell.run(
                        peer.directory,
                        "cp /bin/true ../true; ! rm a 2>/dev/null; ! touch n 2>/dev/null; ! mkdir m 2>/dev/null");
                Shell.run(kit.directory, "cp /bin/true t");
                Shell.run(peer.directory, "./t");
                assertEquals(List.of(), gate.failures);
            }
        }
    }

    @Test
    void givenAReadOnlyMountMadeWritableByForceThenTheEngineStillRefuses() throws Exception {
        RecordingGate gate = new RecordingGate();
        try (MountKit kit = MountKit.open(base, gate)) {
            kit.tree().expose(Exposure.READ_WRITE);
            Files.writeString(kit.path("a"), "1");
            int before = gate.mutations.size();
            kit.tree().expose(Exposure.READ_ONLY);
            Shell.run(base, "mount -i -o remount,rw data");
            for (String command : List.of("echo 2 > a", "echo 2 >> a", "rm a", "mkdir d", "mv a b", "chmod 1 a")) {
                Shell.run(kit.directory, "! (" + command + ") 2>/dev/null");
            }
            assertEquals("1", Files.readString(kit.path("a")));
            assertEquals(before, gate.mutations.size());
        }
    }
}
