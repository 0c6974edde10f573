package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.Exposure;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.PathFilter;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.fuse.sys.SystemCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files made without a name (O_TMPFILE) are on both nodes from the first byte, get their name on both, or go on both. */
class NamelessFilesTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    Path base;

    private static List<DirectoryEntry> cradle(MountKit kit) throws IOException {
        return kit.backing().entries(StableId.CRADLE);
    }

    static void awaitEmptyCradle(MountKit kit) {
        Awaitility.await().atMost(LIMIT).until(() -> cradle(kit).isEmpty());
    }

    private MountKit peer() throws IOException {
        return MountKit.open(Files.createDirectories(base.resolve("peer")), new PassThroughGate());
    }

    private MountKit mount(MirrorGate gate) throws IOException {
        return MountKit.mounted(Files.createDirectories(base.resolve("mount")), gate);
    }

    @Test
    void givenAFileWithoutANameThenItIsWrittenOnBothNodesAndGetsItsNameOnBoth() throws Exception {
        try (MountKit peer = peer()) {
            MirrorGate mirror = new MirrorGate(peer.backing());
            try (MountKit kit = mount(mirror);
                    Nameless file = Nameless.in(kit.directory, 0, 0640)) {
                file.tell("write before");
                file.tell("sync");
                assertEquals("0 6", file.tell("links-and-size"));
                assertEquals("", Shell.run(kit.directory, "ls -A"));
                DirectoryEntry here = cradle(kit).getFirst();
                assertEquals(here.id(), cradle(peer).getFirst().id());
                assertEquals(6, peer.backing().state(here.id()).attributes().size());

                Shell.run(kit.directory, "mkdir d");
                assertEquals("ok", file.tell("link d/named"));
                assertEquals("1 6", file.tell("links-and-size"));
                assertEquals(List.of(), cradle(kit));
                file.tell("write , after");
                assertEquals("ok", file.tell("link another"));
                assertEquals("before, after", Files.readString(kit.path("d/named")));
                assertEquals("2 640 " + here.id(), Shell.run(kit.directory, "stat -c '%h %a %i' another"));
                assertEquals("errno 17", file.tell("link another"));
                file.tell("close");
                assertEquals(List.of(), mirror.failures);
                assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
            }
            assertEquals(
                    "before, after",
                    Files.readString(peer.path("d/named")),
                    "under the same name on the other node's disk");
        }
    }

    @Test
    void givenAFileThatNeverGetsANameThenItGoesOnBothNodesWithItsLastUser() throws Exception {
        try (MountKit peer = peer()) {
            MirrorGate mirror = new MirrorGate(peer.backing());
            try (MountKit kit = mount(mirror)) {
                try (Nameless file = Nameless.in(kit.directory, 0, 0600)) {
                    file.tell("write temporary");
                    assertEquals("ok", file.tell("immutable"));
                    assertEquals("errno 1", file.tell("link named"));
                    assertEquals(1, cradle(peer).size());
                }
                awaitEmptyCradle(kit);
                awaitEmptyCradle(peer);
                assertEquals(List.of(), mirror.failures);
                mirror.awaitIdle();
            }
        }
    }

    @Test
    void givenAnExclusiveFileThenItCannotGetAName() throws Exception {
        RecordingGate gate = new RecordingGate();
        try (MountKit kit = MountKit.mounted(base, gate);
                Nameless file = Nameless.in(kit.directory, Nameless.EXCLUSIVE, 0600)) {
            assertEquals("errno 2", file.tell("link named"));
            file.tell("write x");
            assertEquals("0 1", file.tell("links-and-size"));
            assertEquals("errno 2", file.tell("link named"));
            assertEquals(List.of(), gate.of(Mutation.Rename.class));
        }
    }

    @Test
    void givenAFileWithoutANameThenTheMutationsAreOrdinaryOnes() throws Exception {
        RecordingGate gate = new RecordingGate();
        try (MountKit kit = MountKit.mounted(base, gate)) {
            long id;
            try (Nameless file = Nameless.in(kit.directory, 0, 0600)) {
                Mutation.Create create = gate.of(Mutation.Create.class).getFirst();
                id = create.id();
                assertEquals(StableId.CRADLE, create.parent());
                assertEquals(new Intent.Entries(0, StableId.CRADLE, StableId.NONE), gate.intents.getFirst());
                file.tell("link a");
                Mutation.Rename rename = gate.of(Mutation.Rename.class).getFirst();
                assertEquals(id, rename.id());
                assertEquals(StableId.CRADLE, rename.parent());
                assertEquals(StableId.ROOT, rename.newParent());
                assertTrue(gate.intents.contains(new Intent.Entries(0, StableId.ROOT, StableId.CRADLE)));
                file.tell("link b");
                assertEquals(1, gate.of(Mutation.Link.class).size(), "the second name is one more link");
            }
            Shell.run(kit.directory, "rm a b");
            assertEquals(2, gate.of(Mutation.Remove.class).size());
            assertTrue(gate.of(Mutation.Remove.class).stream().allMatch(each -> each.parent() == StableId.ROOT));
        }
    }

    @Test
    void givenWhatAFileInheritsThenItIsThatOfTheDirectoryItWasMadeIn() throws Exception {
        try (MountKit peer = peer()) {
            MirrorGate mirror = new MirrorGate(peer.backing());
            try (MountKit kit = mount(mirror)) {
                Path plain = Files.createDirectories(base.resolve("plain"));
                String script =
                        "mkdir plain acl group; chattr +Ad plain; setfacl -d -m u:1:rwx,g::r-x,o::--- acl; chgrp 5 group;"
                                + " chmod 2777 group; chmod 777 plain acl";
                Shell.run(kit.directory, script);
                Shell.run(plain, script);
                for (String directory : List.of("plain", "acl", "group")) {
                    for (Path top : List.of(kit.directory, plain)) {
                        try (Nameless file = Nameless.in(top.resolve(directory), 0, 06666)) {
                            assertEquals("ok", file.tell("link named"));
                        }
                    }
                    String look = "stat -c '%a %u %g %h' named; getfacl -n --omit-header named; lsattr named";
                    assertEquals(
                            Shell.run(plain.resolve(directory), look), Shell.run(kit.path(directory), look), directory);
                }
                assertEquals(List.of(), mirror.failures);
                assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
            }
        }
    }

    @Test
    void givenPathsLeftOutThenAFileMadeThereStaysOnThisNode() throws Exception {
        PathFilter filter = (path, directory) -> !path.equals("tmp") && !path.startsWith("tmp/");
        RecordingGate gate = new RecordingGate();
        MountKit kit = MountKit.open(base, gate, filter, SystemCalls.linux());
        try (kit) {
            kit.tree().expose(Exposure.READ_WRITE);
            Shell.run(kit.directory, "mkdir tmp");
            try (Nameless file = Nameless.in(kit.path("tmp"), 0, 0600)) {
                file.tell("write mine");
                assertEquals(List.of(), cradle(kit));
                assertEquals("errno 18", file.tell("link ../replicated"));
                assertEquals("ok", file.tell("link named"));
                assertEquals("mine", Files.readString(kit.path("tmp/named")));
            }
            try (Nameless file = Nameless.in(kit.directory, 0, 0600)) {
                int before = gate.mutations.size();
                assertEquals("errno 18", file.tell("link tmp/other"));
                assertEquals(before, gate.mutations.size());
            }
            try (Nameless file = Nameless.in(kit.path("tmp"), 0, 0600)) {
                file.tell("write mine");
                kit.guard();
                kit.reopen(gate);
                assertEquals(
                        "",
                        Shell.run(kit.directory, "ls .lockstep/cradle"),
                        "nobody else had it, and nobody has it open any more");
            }
            assertTrue(gate.of(Mutation.Create.class).stream().allMatch(each -> each.parent() == StableId.CRADLE));
        }
    }

    @Test
    void givenAMountThatEndsThenWhatNobodyCanNameAnyMoreGoesWithTheNext() throws Exception {
        try (MountKit peer = peer()) {
            MirrorGate mirror = new MirrorGate(peer.backing());
            try (MountKit kit = mount(mirror);
                    Nameless file = Nameless.in(kit.directory, 0, 0600)) {
                file.tell("write lost");
                kit.tree().expose(Exposure.READ_ONLY);
                assertEquals(1, cradle(kit).size(), "a node that may not write removes nothing");
                kit.tree().expose(Exposure.READ_WRITE);
                assertEquals(List.of(), cradle(kit));
                assertEquals(List.of(), cradle(peer));
                assertEquals("errno 103", file.tell("link named").replace("107", "103"));
                assertEquals(List.of(), mirror.failures);
            }
        }
    }

    @Test
    void givenAGateThatRefusesThenNothingIsMadeAndWhatIsThereStaysForTheNextMount() throws Exception {
        RecordingGate gate = new RecordingGate();
        try (MountKit kit = MountKit.mounted(base, gate)) {
            Nameless file = Nameless.in(kit.directory, 0, 0600);
            gate.refusal = FileSystemFailure.EROFS;
            assertEquals("errno 30", file.tell("link named"));
            assertEquals("errno 30", Nameless.failure(kit.directory));
            file.close();
            Awaitility.await().atMost(LIMIT).until(() -> gate.refused.get() >= 3);
            assertEquals(1, cradle(kit).size());
            gate.refusal = 0;
            kit.tree().expose(Exposure.READ_WRITE);
            assertEquals(List.of(), cradle(kit));
        }
    }

    @Test
    void givenANodeThatComesBackThenFilesWithoutANameOfItsPeerAreKept() throws Exception {
        MountKit peer = peer();
        try (peer) {
            MirrorGate mirror = new MirrorGate(peer.backing());
            try (MountKit kit = mount(mirror);
                    Nameless file = Nameless.in(kit.directory, 0, 0600)) {
                file.tell("write kept");
                peer.guard();
                peer.reopen(new PassThroughGate());
                assertEquals(BackingTree.Unguarded.NOTHING, peer.backing().changedUnguarded());
                long id = cradle(peer).getFirst().id();
                assertEquals(cradle(kit).getFirst().id(), id);
                assertEquals(4, peer.backing().state(id).attributes().size());
            }
        }
    }

    @Test
    void givenANodeThatJoinsThenItTakesFilesWithoutANameAndThoseThatGotOneMeanwhile() throws Exception {
        try (MountKit peer = peer()) {
            MirrorGate mirror = new MirrorGate(peer.backing());
            try (MountKit kit = mount(mirror);
                    Nameless named = Nameless.in(kit.directory, 0, 0600);
                    Nameless stays = Nameless.in(kit.directory, 0, 0600);
                    Nameless gone = Nameless.in(kit.directory, 0, 0600)) {
                named.tell("write 1");
                gone.tell("write 2");
                mirror.disconnected = true;
                Nameless late = Nameless.in(kit.directory, 0, 0600);
                Nameless lateNamed = Nameless.in(kit.directory, 0, 0600);
                late.tell("write 3");
                lateNamed.tell("write 4");
                named.tell("write 5");
                stays.tell("write 6");
                named.tell("link a");
                lateNamed.tell("link b");
                gone.tell("close");
                Awaitility.await().atMost(LIMIT).until(() -> cradle(kit).size() == 2);
                ReintegrationTest.reintegrate(kit.backing(), peer.backing(), null);
                assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
                assertEquals(2, cradle(peer).size());

                mirror.disconnected = false;
                late.tell("write 7");
                assertEquals("ok", late.tell("link c"));
                assertEquals("ok", stays.tell("link d"));
                late.close();
                lateNamed.close();
                assertEquals("15 4 37 6", Shell.run(kit.directory, "echo $(cat a) $(cat b) $(cat c) $(cat d)"));
                assertEquals(List.of(), mirror.failures);
                named.tell("close");
                stays.tell("close");
                assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
            }
        }
    }

    @Test
    void givenADirectoryThatIsGivenBackThenNothingIsLeftInIt() throws Exception {
        try (MountKit kit = MountKit.mounted(base, new PassThroughGate());
                Nameless file = Nameless.in(kit.directory, 0, 0600)) {
            file.tell("write x");
        }
        assertFalse(Files.exists(base.resolve("data/.lockstep")));
    }
}
