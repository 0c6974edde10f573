package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.ObjectState;
import dev.lockstep.api.fs.StableId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a joining node takes from its objects before it is given what is on its peer. */
class NarrowingTest {
    private static final String BEFORE = "rm -rf *; mkdir d; echo x > d/f; chmod 755 d; chmod 644 d/f; ";

    @TempDir
    Path base;

    /** A change of the one copy, and what of the rights of {@code f} and {@code d} is left on the other before anything else. */
    private record Case(String change, String file, String directory) {}

    private static final List<Case> CASES = List.of(
            new Case("true", "644 0", "755 0"),
            new Case("chmod 600 d/f", "600 0", "755 0"),
            new Case("chmod 750 d; chmod 664 d/f", "644 0", "750 0"),
            new Case("chmod 3700 d", "644 0", "700 0"),
            new Case("chown 7 d/f", "600 0", "755 0"),
            new Case("chgrp 7 d/f", "600 0", "755 0"),
            new Case("setfacl -m u:1:r d/f", "600 0", "755 0"));

    @Test
    void givenAnObjectOfOtherRights_whenItIsTightened_thenNobodyHasMoreThanBothGive() throws Exception {
        try (MountKit peer = MountKit.open(Files.createDirectories(base.resolve("peer")), new PassThroughGate())) {
            MirrorGate gate = new MirrorGate(peer.backing());
            try (MountKit kit = MountKit.mounted(Files.createDirectories(base.resolve("mount")), gate)) {
                for (Case one : CASES) {
                    gate.disconnected = false;
                    Shell.run(kit.directory, BEFORE);
                    gate.awaitIdle();
                    gate.disconnected = true;
                    Shell.run(kit.directory, one.change);
                    long directory =
                            kit.backing().entries(StableId.ROOT).getFirst().id();
                    long file = kit.backing().entries(directory).getFirst().id();
                    peer.backing().tighten(kit.backing().state(directory));
                    peer.backing().tighten(kit.backing().state(file));
                    assertEquals(one.file, Shell.run(peer.directory, "stat -c '%a %u' d/f"), one.change);
                    assertEquals(one.directory, Shell.run(peer.directory, "stat -c '%a %u' d"), one.change);
                    settle(kit.backing(), peer.backing(), directory, file);
                    assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()), one.change);
                }
            }
        }
    }

    @Test
    void givenAFileWithAList_whenItIsSealed_thenOnlyRootReadsItUntilItHasItsState() throws Exception {
        try (MountKit kit = MountKit.mounted(base, new PassThroughGate())) {
            Shell.run(kit.directory, BEFORE + "setfacl -m u:65534:r,u:1:r d/f; chown 65534 d/f; chattr +a d/f");
            long directory = kit.backing().entries(StableId.ROOT).getFirst().id();
            long file = kit.backing().entries(directory).getFirst().id();
            ObjectState whole = kit.backing().state(file);
            kit.backing().seal(file);
            assertEquals(0600, kit.backing().state(file).attributes().mode());
            assertEquals(0, kit.backing().state(file).attributes().uid());
            kit.backing().setState(whole);
            assertEquals(
                    whole.attributes().mode(),
                    kit.backing().state(file).attributes().mode());
            assertEquals("r--", Shell.run(kit.directory, "chattr -a d/f; getfacl -cnp d/f | sed -n 's/^user:1://p'"));
        }
    }

    private static void settle(BackingTree from, BackingTree to, long... ids) throws Exception {
        for (long id : ids) {
            to.setState(from.state(id));
        }
    }
}
