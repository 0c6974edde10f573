package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.Exposure;
import dev.lockstep.api.fs.MutationGate;
import dev.lockstep.api.fs.PathFilter;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.fuse.sys.SystemCalls;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the configuration leaves out works, and stays on this node. */
class NotReplicatedTest {
    private static final PathFilter FILTER =
            (path, directory) -> !path.equals("tmp") && !path.startsWith("tmp/") && !path.endsWith(".log");

    @TempDir
    Path base;

    private static List<String> names(MountKit kit) throws Exception {
        return kit.backing().entries(StableId.ROOT).stream()
                .map(entry -> new String(entry.name(), StandardCharsets.UTF_8))
                .sorted()
                .toList();
    }

    @Test
    void givenPathsLeftOutThenNothingOfThemIsCommitted() throws Exception {
        RecordingGate gate = new RecordingGate();
        try (MountKit kit = MountKit.open(base, gate, FILTER, SystemCalls.linux())) {
            kit.tree().expose(Exposure.READ_WRITE);
            Shell.run(
                    kit.directory,
                    "mkdir -p tmp/d; echo 1 > tmp/d/f; echo 2 >> tmp/d/f; mv tmp/d/f tmp/g; ln tmp/g tmp/h; sync tmp/g;"
                            + "rm tmp/h;"
                            + "echo 1 > a.log; chmod 600 a.log; setfattr -n user.x -v 1 a.log; truncate -s 0 a.log;"
                            + "test \"$(cat tmp/g)\" = $'1\\n2'");
            assertEquals(List.of(), gate.mutations);
            assertEquals(List.of(), gate.intents);
            Files.writeString(kit.path("a"), "1");
            assertFalse(gate.mutations.isEmpty());
            assertEquals(List.of("a"), names(kit));
            assertTrue(gate.mutations.stream().noneMatch(each -> each.toString().contains("log")));
        }
    }

    @Test
    void givenTheBorderThenRenameAndLinkAcrossItAreRefusedAndProgramsCopy() throws Exception {
        RecordingGate gate = new RecordingGate();
        try (MountKit kit = MountKit.open(base, gate, FILTER, SystemCalls.linux())) {
            kit.tree().expose(Exposure.READ_WRITE);
            Shell.run(
                    kit.directory,
                    "mkdir tmp d; echo 1 > a; echo 2 > d/x; mv a tmp/a; test -f tmp/a; ! test -e a;"
                            + "! ln tmp/a b 2> ../error; grep -q cross ../error;"
                            + "! python3 -c \"import os; os.rename('d/x', 'x.log')\" 2> ../error;"
                            + "grep -q cross ../error;"
                            + "echo 3 > d/y.log; mv d e; test -f e/y.log;"
                            + "! python3 -c \"import os; os.rename('e', 'tmp/e')\" 2> ../error;"
                            + "grep -q cross ../error");
            assertEquals(List.of("e"), names(kit));
        }
    }

    @Test
    void givenAChangedConfigurationThenObjectsChangeSidesAtTheNextStart() throws Exception {
        MountKit kit = MountKit.open(base, new PassThroughGate(), FILTER, SystemCalls.linux());
        kit.tree().expose(Exposure.READ_WRITE);
        Shell.run(kit.directory, "echo 1 > a.log; echo 1 > b");
        kit.guard();
        MountKit other = MountKit.open(base, new PassThroughGate());
        try (other) {
            assertEquals(List.of("a.log", "b"), names(other));
            List<Long> changed = other.backing().changedUnguarded().ids();
            DirectoryEntry log = other.backing().entries(StableId.ROOT).stream()
                    .filter(entry -> entry.name().length == 5)
                    .findFirst()
                    .orElseThrow();
            assertTrue(changed.contains(log.id()));
            assertTrue(changed.contains(StableId.ROOT));
        }
    }

    @Test
    void givenAnObjectMadeBehindTheInterceptionThenItIsNotTakenForReplicated() throws Exception {
        RecordingGate gate = new RecordingGate();
        Path data = Files.createDirectories(base.resolve("data"));
        Files.createDirectories(base.resolve("state"));
        Files.createDirectory(data.resolve("d"));
        Process inside = new ProcessBuilder("sh", "-c", "echo ready; read x; echo made > made; echo done; read x")
                .directory(data.resolve("d").toFile())
                .start();
        BufferedReader says = inside.inputReader();
        assertEquals("ready", says.readLine());
        try (MountKit kit = MountKit.open(base, gate)) {
            kit.tree().expose(Exposure.READ_WRITE);
            inside.getOutputStream().write("\n".getBytes(StandardCharsets.UTF_8));
            inside.getOutputStream().flush();
            assertEquals("done", says.readLine());
            assertEquals("made", Shell.run(kit.path("d"), "cat made"));
            assertTrue(kit.events.troubles.stream().anyMatch(text -> text.contains("behind the interception")));
            Shell.run(kit.path("d"), "echo more >> made");
            assertEquals(List.of(), gate.mutations);
        } finally {
            inside.destroyForcibly().waitFor();
        }
    }

    @Test
    void givenOnlyLocalObjectsInADirectoryThenItIsRemovedWithThemWhenThePeerRemovesIt() throws Exception {
        try (MountKit peer = filtered("peer", new PassThroughGate())) {
            MirrorGate gate = new MirrorGate(peer.backing());
            try (MountKit kit = filtered("mount", gate)) {
                kit.tree().expose(Exposure.READ_WRITE);
                peer.tree().expose(Exposure.READ_WRITE);
                Shell.run(kit.directory, "mkdir removed replaced other");
                Shell.run(
                        peer.directory,
                        "echo 1 > removed/a.log; mkdir removed/b.log; echo 1 > removed/b.log/c; echo 1 > replaced/a.log");
                Shell.run(
                        kit.directory,
                        "rmdir removed; python3 -c \"import os; os.rename('other', 'replaced')\"; touch replaced/new");
                assertEquals(List.of(), gate.failures);
                assertEquals("replaced\nreplaced/new", Shell.run(peer.directory, "find * | sort"));
            }
        }
    }

    @Test
    void givenAReplicatedObjectThePeerDoesNotHaveThenItsDirectoryStaysWithAllThatIsInIt() throws Exception {
        try (MountKit peer = filtered("peer", new PassThroughGate())) {
            MirrorGate gate = new MirrorGate(peer.backing());
            try (MountKit kit = filtered("mount", gate)) {
                kit.tree().expose(Exposure.READ_WRITE);
                peer.tree().expose(Exposure.READ_WRITE);
                Shell.run(kit.directory, "mkdir d");
                Shell.run(peer.directory, "echo 1 > d/a.log; echo 1 > d/b");
                Shell.run(kit.directory, "rmdir d");
                assertEquals(1, gate.failures.size());
                assertEquals("d\nd/a.log\nd/b", Shell.run(peer.directory, "find * | sort"));
            }
        }
    }

    private MountKit filtered(String name, MutationGate gate) throws Exception {
        return MountKit.open(Files.createDirectories(base.resolve(name)), gate, FILTER, SystemCalls.linux());
    }
}
