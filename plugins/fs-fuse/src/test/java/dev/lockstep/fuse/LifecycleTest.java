package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.Exposure;
import dev.lockstep.api.fs.Opener;
import dev.lockstep.api.fs.StableId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From ordinary directory to intercepted one and back, and through crashes. */
class LifecycleTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path base;

    private static long idOf(BackingTree tree, String name) throws IOException {
        for (DirectoryEntry entry : tree.entries(StableId.ROOT)) {
            if (new String(entry.name(), StandardCharsets.UTF_8).equals(name)) {
                return entry.id();
            }
        }
        return StableId.NONE;
    }

    private String mounts() throws IOException {
        String own = base.toRealPath().toString();
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/mountinfo"))) {
            return String.join("\n", lines.filter(line -> line.contains(own)).toList());
        }
    }

    @Test
    void givenNoExposureThenTheDirectoryIsGuarded() throws IOException {
        try (MountKit kit = MountKit.open(base, new PassThroughGate())) {
            assertThrows(FileSystemException.class, () -> Files.writeString(kit.path("a"), "x"));
            kit.tree().expose(Exposure.READ_ONLY);
            assertThrows(FileSystemException.class, () -> Files.writeString(kit.path("a"), "x"));
            kit.tree().expose(Exposure.READ_WRITE);
            Files.writeString(kit.path("a"), "x");
            kit.tree().conceal();
            assertThrows(FileSystemException.class, () -> Files.writeString(kit.path("a"), "y"));
            assertEquals("x", Files.readString(kit.path("a")));
        }
        assertEquals("", mounts(), "nothing stays mounted");
        Files.writeString(base.resolve("data/a"), "ordinary again");
    }

    @Test
    void givenANewExposureThenDescriptorsOfTheOldOneAreDead() throws IOException {
        try (MountKit kit = MountKit.mounted(base, new PassThroughGate())) {
            OutputStream old = Files.newOutputStream(kit.path("a"));
            old.write('1');
            kit.tree().expose(Exposure.READ_WRITE);
            assertThrows(IOException.class, () -> old.write('2'));
            assertEquals("1", Files.readString(kit.path("a")));
            assertThrows(IOException.class, old::close);
        }
    }

    @Test
    void givenACleanEndThenTheGuardStaysAndNothingCountsAsChanged() throws IOException {
        MountKit kit = MountKit.mounted(base, new PassThroughGate());
        Files.writeString(kit.path("a"), "x");
        long id = idOf(kit.backing(), "a");
        kit.guard();
        assertThrows(FileSystemException.class, () -> Files.writeString(kit.path("a"), "y"));
        kit.reopen(new PassThroughGate());
        try (kit) {
            assertEquals(BackingTree.Unguarded.NOTHING, kit.backing().changedUnguarded());
            assertEquals(id, idOf(kit.backing(), "a"), "ids outlive the engine");
        }
    }

    @Test
    void givenChangesWhileNothingGuardedThenExactlyTheyAreFound() throws Exception {
        MountKit kit = MountKit.mounted(base, new PassThroughGate());
        Files.createDirectory(kit.path("d"));
        for (String name : List.of("same", "changed", "d/removed", "moved")) {
            Files.writeString(kit.path(name), name);
        }
        long changed = idOf(kit.backing(), "changed");
        long moved = idOf(kit.backing(), "moved");
        long directory = idOf(kit.backing(), "d");
        kit.guard();
        run("umount", kit.directory.toString());
        Files.writeString(kit.path("changed"), "other");
        Files.delete(kit.path("d/removed"));
        Files.move(kit.path("moved"), kit.path("renamed"));
        Files.writeString(kit.path("new"), "new");
        kit.reopen(new PassThroughGate());
        try (kit) {
            BackingTree.Unguarded found = kit.backing().changedUnguarded();
            assertFalse(found.unknown());
            List<Long> expected = Stream.of(StableId.ROOT, changed, moved, directory, idOf(kit.backing(), "new"))
                    .sorted()
                    .toList();
            assertEquals(expected, found.ids().stream().sorted().toList());
        }
    }

    @Test
    void givenAnotherDirectoryInItsPlaceThenThatIsToldUntilItIsOffered() throws Exception {
        MountKit kit = MountKit.mounted(base, new PassThroughGate());
        Files.writeString(kit.path("a"), "x");
        kit.guard();
        run("umount", kit.directory.toString());
        Path away = kit.directory.resolveSibling("away");
        Files.move(kit.directory, away);
        Files.createDirectory(kit.directory);
        run("cp", "-a", away + "/.", kit.directory.toString());
        kit.reopen(new PassThroughGate());
        assertTrue(kit.backing().changedUnguarded().replaced(), "a copy with all labels is another directory too");
        kit.guard();
        kit.reopen(new PassThroughGate());
        try (kit) {
            assertTrue(kit.backing().changedUnguarded().replaced(), "nobody has taken note of it yet");
            kit.tree().expose(Exposure.READ_ONLY);
            kit.guard();
            kit.reopen(new PassThroughGate());
            assertFalse(kit.backing().changedUnguarded().replaced(), "this is the directory now");
        }
    }

    @Test
    void givenADirectoryWithoutItsLabelThenItIsAnotherOne() throws Exception {
        MountKit kit = MountKit.mounted(base, new PassThroughGate());
        kit.guard();
        run("umount", kit.directory.toString());
        run("setfattr", "-x", "trusted.lockstep.id", kit.directory.toString());
        kit.reopen(new PassThroughGate());
        try (kit) {
            assertTrue(
                    kit.backing().changedUnguarded().replaced(),
                    "the root of a new file system has the old one's handle");
        }
    }

    @Test
    void givenCopiesThatCarryTheLabelOfTheirOriginalThenTheyGetTheirOwn() throws Exception {
        MountKit kit = MountKit.mounted(base, new PassThroughGate());
        Files.writeString(kit.path("original"), "x");
        Files.createLink(kit.path("link"), kit.path("original"));
        kit.guard();
        run("umount", kit.directory.toString());
        run("cp", "-a", kit.path("original").toString(), kit.path("copy").toString());
        kit.reopen(new PassThroughGate());
        try (kit) {
            assertEquals(idOf(kit.backing(), "original"), idOf(kit.backing(), "link"), "one object, two names");
            assertFalse(idOf(kit.backing(), "original") == idOf(kit.backing(), "copy"), "two objects, two ids");
        }
    }

    @Test
    void givenAKilledEngineThenNobodyWritesAndTheNextOneTakesOver() throws Exception {
        MountKit.requireRoot();
        Path directory = Files.createDirectories(base.resolve("data")).toRealPath();
        Path state = base.resolve("state");
        Process engine = engine(directory, state);
        Files.writeString(directory.resolve("a"), "before");
        OutputStream held = Files.newOutputStream(directory.resolve("held"));
        held.write('1');
        engine.destroyForcibly().waitFor();
        assertThrows(IOException.class, () -> Files.writeString(directory.resolve("a"), "after"));
        assertThrows(IOException.class, () -> held.write('2'));
        try (MountKit kit = MountKit.mounted(base, new PassThroughGate())) {
            assertEquals("before", Files.readString(kit.path("a")));
            assertEquals("1", Files.readString(kit.path("held")));
            assertThrows(IOException.class, () -> held.write('3'), "old descriptors never revive");
            assertEquals(BackingTree.Unguarded.NOTHING, kit.backing().changedUnguarded(), "the dead mount was a guard");
        }
        assertThrows(IOException.class, held::close);
        assertEquals("", mounts());
    }

    @Test
    void givenAnotherEngineThenTheDirectoryIsRefused() throws Exception {
        MountKit.requireRoot();
        Path directory = Files.createDirectories(base.resolve("data")).toRealPath();
        Process engine = engine(directory, base.resolve("state"));
        try {
            IOException refusal = assertThrows(IOException.class, () -> MountKit.open(base, new PassThroughGate()));
            assertTrue(refusal.getMessage().contains("another engine"), refusal.getMessage());
            Files.writeString(directory.resolve("a"), "the first one is not disturbed");
        } finally {
            engine.getOutputStream().close();
            assertTrue(engine.waitFor(LIMIT));
        }
    }

    @Test
    void givenProcessesFromBeforeTheMountThenTheyAreFound() throws Exception {
        MountKit.requireRoot();
        Path directory = Files.createDirectories(base.resolve("data")).toRealPath();
        Files.writeString(directory.resolve("log"), "");
        Process writer = new ProcessBuilder(
                        "sh", "-c", "exec 7>>" + directory.resolve("log") + "; echo ready; exec sleep 60")
                .redirectErrorStream(true)
                .start();
        Process sitter = new ProcessBuilder("sh", "-c", "echo ready; exec sleep 60")
                .directory(directory.toFile())
                .start();
        assertEquals('r', writer.getInputStream().read());
        assertEquals('r', sitter.getInputStream().read());
        try (MountKit kit = MountKit.mounted(base, new PassThroughGate())) {
            Process inside = new ProcessBuilder(
                            "sh", "-c", "exec 7>>" + kit.path("log") + "; echo ready; exec sleep 60")
                    .directory(kit.directory.toFile())
                    .start();
            try {
                assertEquals('r', inside.getInputStream().read());
                List<Opener> openers = kit.tree().openers();
                assertEquals(
                        List.of(writer.pid(), sitter.pid()).stream().sorted().toList(),
                        openers.stream().map(Opener::pid).sorted().toList(),
                        openers.toString());
                assertTrue(openers.stream().allMatch(Opener::writable));
            } finally {
                inside.destroyForcibly().waitFor();
            }
        } finally {
            writer.destroyForcibly().waitFor();
            sitter.destroyForcibly().waitFor();
        }
    }

    @Test
    void givenAMountThatIsTakenAwayThenItsOwnerIsTold() throws Exception {
        try (MountKit kit = MountKit.mounted(base, new PassThroughGate())) {
            run("umount", kit.directory.toString());
            Awaitility.await().atMost(LIMIT).until(() -> !kit.events.lost.isEmpty());
            assertThrows(FileSystemException.class, () -> Files.writeString(kit.path("a"), "x"), "the guard is below");
        }
    }

    @Test
    void givenAMountThatIsDetachedWhileFilesAreOpenThenItsOwnerIsTold() throws Exception {
        try (MountKit kit = MountKit.mounted(base, new PassThroughGate())) {
            OutputStream held = Files.newOutputStream(kit.path("held"));
            run("umount", "-l", kit.directory.toString());
            held.write('1');
            Awaitility.await().atMost(LIMIT).until(() -> !kit.events.lost.isEmpty());
            assertTrue(kit.events.lost.getFirst().contains("unmounted by hand"), kit.events.lost.toString());
            held.close();
        }
    }

    @Test
    void givenTheGuardIsTakenAwayTooThenTheNextExposureBringsItBack() throws Exception {
        try (MountKit kit = MountKit.mounted(base, new PassThroughGate())) {
            run("umount", "-l", kit.directory.toString());
            run("umount", "-l", kit.directory.toString());
            kit.tree().expose(Exposure.READ_ONLY);
            assertTrue(kit.events.troubles.stream().anyMatch(text -> text.contains("fullsync")), "it is told");
            kit.tree().conceal();
            assertThrows(FileSystemException.class, () -> Files.writeString(kit.path("a"), "x"));
        }
        assertEquals("", mounts());
    }

    @Test
    void givenTheDirectoryIsRemovedThenNoOtherOneIsTakenForIt() throws Exception {
        MountKit kit = MountKit.mounted(base, new PassThroughGate());
        run("umount", "-l", kit.directory.toString());
        run("umount", "-l", kit.directory.toString());
        run("rm", "-r", kit.directory.toString());
        Files.createDirectory(kit.directory);
        IOException refusal = assertThrows(IOException.class, () -> kit.tree().expose(Exposure.READ_WRITE));
        assertTrue(refusal.getMessage().contains("restart the daemon"), refusal.getMessage());
        kit.guard();
        assertEquals("", mounts());
    }

    @Test
    void givenAMountOverOrInsideTheMountThenItsOwnerIsTold() throws Exception {
        try (MountKit kit = MountKit.mounted(base, new PassThroughGate())) {
            Path inner = Files.createDirectory(kit.path("inner"));
            run("mount", "-t", "tmpfs", "none", inner.toString());
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() ->
                            kit.events.troubles.stream().anyMatch(text -> text.contains("inner was mounted inside")));
            run("umount", inner.toString());
            run("mount", "-t", "tmpfs", "none", kit.directory.toString());
            Awaitility.await().atMost(LIMIT).until(() -> !kit.events.lost.isEmpty());
            assertTrue(kit.events.lost.getFirst().contains("mounted over"), kit.events.lost.toString());
            run("umount", kit.directory.toString());
        }
    }

    private Process engine(Path directory, Path state) throws IOException {
        Process engine = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MountHolder.class.getName(),
                        directory.toString(),
                        state.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        StringBuilder output = new StringBuilder();
        while (output.indexOf("mounted") < 0) {
            int next = engine.getInputStream().read();
            if (next < 0) {
                throw new IOException("the engine did not mount: " + output);
            }
            output.append((char) next);
        }
        return engine;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertEquals(0, process.waitFor(), String.join(" ", command));
    }
}
