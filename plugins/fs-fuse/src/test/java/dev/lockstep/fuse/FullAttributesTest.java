package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.ObjectState;
import dev.lockstep.api.fs.StableId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files whose extended attributes leave no room for a label have an identity all the same. */
class FullAttributesTest {
    /** Fills what the inode and its block of attributes hold, to the last byte (ext4, xfs: as much as is taken). */
    private static final String FILL = """
            python3 -c "import os
            n = 0
            for size in (1000, 100, 10, 1, 0):
                for _ in range(200):
                    try: os.setxattr('full', 'user.%d' % n, b'x' * size); n += 1
                    except OSError: break
            "
            """.strip();

    @TempDir
    Path base;

    @Test
    void givenAFileWithoutRoomForALabel_whenItsDirectoryIsTaken_thenItHasAnIdThatStays() throws Exception {
        Path data = Files.createDirectories(base.resolve("data"));
        Shell.run(data, "echo content > full; " + FILL + "; echo x > other");
        try (MountKit kit = MountKit.open(base, new PassThroughGate())) {
            Map<String, Long> ids = ids(kit.backing());
            kit.guard();
            kit.reopen(new PassThroughGate());
            assertEquals(ids, ids(kit.backing()));
            assertEquals(1, keptIds(kit), "there is no room");
            assertEquals(List.of(), kit.backing().changedUnguarded().ids(), "nothing changed");
        }
        long before;
        try (MountKit kit = MountKit.open(base, new PassThroughGate())) {
            before = ids(kit.backing()).get("full");
        }
        Shell.run(data, "cp -a full copy");
        try (MountKit kit = MountKit.open(base, new PassThroughGate())) {
            assertEquals(before, ids(kit.backing()).get("full"));
            assertNotEquals(before, ids(kit.backing()).get("copy"));
        }
        Shell.run(data, "rm full; mv copy full");
        try (MountKit kit = MountKit.open(base, new PassThroughGate())) {
            assertNotEquals(before, ids(kit.backing()).get("full"), "it came from another place");
        }
    }

    @Test
    void givenAFileWithoutRoomForALabel_whenThePeerGetsIt_thenItIsEqualThere_andKeepsItsId() throws Exception {
        Path source = Files.createDirectories(base.resolve("source"));
        Shell.run(Files.createDirectories(source.resolve("data")), ": > full; " + FILL);
        try (MountKit kit = MountKit.open(source, new PassThroughGate());
                MountKit peer = MountKit.open(Files.createDirectories(base.resolve("peer")), new PassThroughGate())) {
            List<DirectoryEntry> wanted = kit.backing().entries(StableId.ROOT);
            long id = wanted.getFirst().id();
            peer.backing().adopt(StableId.ROOT, wanted);
            peer.backing().setState(kit.backing().state(id));
            assertEquals(text(kit.backing().state(id)), text(peer.backing().state(id)));
            assertEquals(1, keptIds(peer), "there is no room");
            peer.guard();
            peer.reopen(new PassThroughGate());
            assertEquals(text(kit.backing().state(id)), text(peer.backing().state(id)));
        }
    }

    /** Objects whose id is in a file of the engine, whose first line is its checksum. */
    private static int keptIds(MountKit kit) throws Exception {
        return Files.readAllLines(kit.state.resolve("tree-0.ids")).size() - 1;
    }

    private static String text(ObjectState state) {
        return state.attributes()
                + state.extendedAttributes().stream()
                        .map(one -> new String(one.name(), StandardCharsets.UTF_8) + "="
                                + HexFormat.of().formatHex(one.value()))
                        .sorted()
                        .toList()
                        .toString();
    }

    private static Map<String, Long> ids(BackingTree tree) throws Exception {
        Map<String, Long> ids = new TreeMap<>();
        for (DirectoryEntry entry : tree.entries(StableId.ROOT)) {
            ids.put(new String(entry.name(), StandardCharsets.UTF_8), entry.id());
        }
        return ids;
    }
}
