package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.Exposure;
import dev.lockstep.fuse.tree.ObjectBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** P8: files cost memory of the engine, and who makes them does not decide when that is used up. */
class ManyObjectsTest {
    private static final int ROOM = 160;
    private static final String MAKE_200 =
            "n=0; for i in $(seq 200); do touch f$i 2> /dev/null || break; n=$i; done; echo $n";

    @TempDir
    Path base;

    @Test
    void givenRoomForSoManyObjects_whenAUserMakesMore_thenTheFileSystemIsFullAndNothingEnds() throws Exception {
        MountKit.requireRoot();
        Shell.run(base, "chmod 755 .");
        try (MountKit peer = MountKit.open(
                Files.createDirectories(base.resolve("peer")), new PassThroughGate(), new ObjectBudget(ROOM))) {
            MirrorGate gate = new MirrorGate(peer.backing());
            try (MountKit kit =
                    MountKit.open(Files.createDirectories(base.resolve("mount")), gate, new ObjectBudget(ROOM))) {
                kit.tree().expose(Exposure.READ_WRITE);
                Shell.run(kit.directory, "chmod 777 .");
                int made = Integer.parseInt(
                        Shell.run(kit.directory, "setpriv --reuid=1000 --clear-groups sh -c '" + MAKE_200 + "'")
                                .strip());
                assertTrue(made > ROOM / 2 && made < ROOM, made + " files");
                assertEquals(
                        "No space left on device",
                        Shell.run(kit.directory, "setpriv --reuid=1000 --clear-groups mkdir d 2>&1 | sed 's/.*: //'")
                                .strip());
                assertEquals(1, kit.events.troubles.stream().distinct().count(), kit.events.troubles.toString());
                assertTrue(kit.events.troubles.getFirst().contains("LOCKSTEP_HEAP"));

                Shell.run(kit.directory, "mkdir kept-for-root; rmdir kept-for-root");
                Shell.run(kit.directory, "rm f1; setpriv --reuid=1000 --clear-groups touch again");
                gate.awaitIdle();
                assertEquals(List.of(), gate.failures, "the peer follows");
                assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
            }
        }
    }

    @Test
    void givenMoreObjectsThanThereIsRoomFor_whenTheDirectoryIsTaken_thenItIsRefusedWithTheReason() throws Exception {
        MountKit.requireRoot();
        Shell.run(Files.createDirectories(base.resolve("data")), MAKE_200);
        IOException refused = assertThrows(
                IOException.class, () -> MountKit.open(base, new PassThroughGate(), new ObjectBudget(ROOM)));
        assertTrue(refused.getMessage().contains("LOCKSTEP_HEAP"), refused.getMessage());
    }
}
