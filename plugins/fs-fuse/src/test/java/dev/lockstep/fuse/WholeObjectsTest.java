package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.Exposure;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.ObjectState;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.api.fs.WholeObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects that come with their content and state in one, as a first copy brings them. */
class WholeObjectsTest {
    private static final int ROOM = 64 * 1024;

    @TempDir
    Path base;

    /** @return names of the files that do not come whole */
    private static Set<String> copy(BackingTree source, BackingTree target, boolean statesFirst) throws IOException {
        Deque<Long> pending = new ArrayDeque<>(List.of(StableId.ROOT));
        List<Long> directories = new ArrayList<>();
        Set<String> left = new HashSet<>();
        Set<Long> seen = new HashSet<>();
        while (!pending.isEmpty()) {
            long directory = pending.poll();
            directories.add(directory);
            if (statesFirst) {
                target.setState(source.state(directory));
            }
            List<WholeObject> wanted = new ArrayList<>();
            for (DirectoryEntry entry : source.entries(directory)) {
                ByteBuffer content = ByteBuffer.allocateDirect(ROOM);
                Optional<ObjectState> state = Optional.empty();
                if (entry.kind() == ObjectKind.DIRECTORY) {
                    pending.add(entry.id());
                } else if (seen.add(entry.id())) {
                    state = entry.kind() == ObjectKind.FILE
                            ? source.readWhole(entry.id(), content)
                            : Optional.of(source.state(entry.id()));
                    if (state.isEmpty()) {
                        left.add(new String(entry.name(), java.nio.charset.StandardCharsets.UTF_8));
                    }
                }
                wanted.add(new WholeObject(entry, state, content.flip()));
            }
            target.make(directory, wanted);
        }
        for (long directory : directories) {
            target.setState(source.state(directory));
        }
        return left;
    }

    private static final String EVERY_KIND = """
            mkdir -p plain listed flagged/inner; ln -s target plain/symlink; mkfifo plain/pipe; mknod plain/device b 7 300
            echo content > plain/f; ln plain/f flagged/again; touch plain/empty; chmod 4755 plain/f; touch -d 1999-01-01 plain/f
            setfacl -d -m u:1:rwx listed; echo x > listed/inherits; echo y > listed/own; setfacl -b listed/own; chown 7:8 listed/own
            chattr +d flagged/inner; echo x > flagged/inner/f; echo y > flagged/inner/g; chattr -d flagged/inner/g; chattr +i flagged/inner/f
            setfattr -n user.note -v value plain/empty; head -c 65536 /dev/urandom > plain/fits
            """;

    @Test
    void givenObjectsOfEveryKind_whenTheyComeWhole_thenTheyAreTheSameWhateverTheirDirectoriesHandOn() throws Exception {
        try (MountKit kit = MountKit.mounted(Files.createDirectories(base.resolve("mount")), new PassThroughGate())) {
            Shell.run(kit.directory, EVERY_KIND);
            for (boolean statesFirst : new boolean[] {false, true}) {
                Path place = Files.createDirectories(base.resolve("peer-" + statesFirst));
                try (MountKit peer = MountKit.open(place, new PassThroughGate())) {
                    assertEquals(Set.of(), copy(kit.backing(), peer.backing(), statesFirst));
                    assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
                    peer.tree().expose(Exposure.READ_WRITE);
                    Shell.run(peer.directory, "chattr -i flagged/inner/f");
                }
            }
            Shell.run(kit.directory, "chattr -i flagged/inner/f");
        }
    }

    @Test
    void givenFilesThatAreLargeOrHaveHolesOrReservedSpace_thenTheyDoNotComeWhole() throws Exception {
        try (MountKit kit = MountKit.mounted(Files.createDirectories(base.resolve("mount")), new PassThroughGate());
                MountKit peer = MountKit.open(Files.createDirectories(base.resolve("peer")), new PassThroughGate())) {
            Shell.run(kit.directory, """
                    head -c 65537 /dev/urandom > large; truncate -s 30000 hole; echo x | dd of=holes bs=1 seek=20000 2>/dev/null
                    fallocate -l 8192 reserved; echo x > behind; fallocate -n -l 60000 behind; echo x > small
                    """);
            assertEquals(
                    Set.of("large", "hole", "holes", "reserved", "behind"), copy(kit.backing(), peer.backing(), false));
            assertEquals("x", Shell.run(peer.directory, "cat small"));
        }
    }

    @Test
    void givenNamesThatAreTaken_whenObjectsComeWhole_thenTheyGetTheNamesAndNothingIsLost() throws Exception {
        Shell.run(Files.createDirectories(base.resolve("peer/data")), "echo local > a; mkdir b; echo local > b/c");
        Files.createDirectories(base.resolve("peer/state"));
        try (MountKit kit = MountKit.mounted(Files.createDirectories(base.resolve("mount")), new PassThroughGate());
                MountKit peer = MountKit.open(base.resolve("peer"), new PassThroughGate())) {
            Shell.run(kit.directory, "echo new > a; echo new > b");
            copy(kit.backing(), peer.backing(), false);
            assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
            assertEquals(
                    "new new",
                    Shell.run(peer.directory, "cat a b").replace('\n', ' ').strip());
            assertEquals(
                    "2",
                    Shell.run(peer.directory, "find .lockstep/limbo -type f | wc -l")
                            .strip());
        }
    }
}
