package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.Exposure;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.ObjectState;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.api.fs.Timestamp;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A joining node's tree takes the shape of its peer's, whatever it was before, and in whatever order directories come. */
class ReintegrationTest {
    private static final int ENOENT = 2;

    @TempDir
    Path base;

    /** What the replication engine does, in its simplest form. */
    static void reintegrate(BackingTree source, BackingTree target, Random order) throws IOException {
        List<Long> directories = new ArrayList<>();
        List<Long> others = new ArrayList<>();
        source.walk((id, kind) -> (kind == ObjectKind.DIRECTORY ? directories : others).add(id));
        if (order != null) {
            Collections.shuffle(directories, order);
        }
        // A directory the target does not have yet can be shaped only after its parent.
        List<Long> waiting = new ArrayList<>(directories);
        while (!waiting.isEmpty()) {
            long next = waiting.stream().filter(target::contains).findFirst().orElseThrow();
            waiting.remove(next);
            List<DirectoryEntry> wanted = source.entries(next);
            target.park(next, wanted);
            target.adopt(next, wanted);
        }
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        for (long id : others) {
            ObjectState state = source.state(id);
            if (state.attributes().kind() == ObjectKind.FILE) {
                buffer.clear();
                source.read(id, 0, buffer);
                target.apply(new Mutation.Write(0, id, 0, buffer.flip(), false, false));
            }
            target.setState(state);
        }
        for (long id : directories) {
            target.setState(source.state(id));
        }
        target.clearLimbo();
    }

    @Test
    void givenAnUnrelatedTreeThenItGoesToTheAtticAndThePeersTakesItsPlace() throws Exception {
        Path other = Files.createDirectories(base.resolve("peer/data"));
        Files.createDirectories(base.resolve("peer/state"));
        Shell.run(other, "mkdir -p d/e; echo old > d/e/f; echo old > a; ln -s x l");
        try (MountKit peer = MountKit.open(base.resolve("peer"), new PassThroughGate());
                MountKit kit =
                        MountKit.mounted(Files.createDirectories(base.resolve("mount")), new PassThroughGate())) {
            Shell.run(
                    kit.directory,
                    "echo new > a; ln a b; mkdir -p x/y; mkfifo x/p; setfattr -n user.q -v 1 a; ln -s t s");
            assertEquals(3, peer.backing().moveToAttic("first"));
            reintegrate(kit.backing(), peer.backing(), null);
            assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
            assertEquals(
                    "old",
                    Files.readString(other.resolve(".lockstep/attic/first/d/e/f"))
                            .trim());
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void givenATreeThatWentApartThenItIsMadeEqualAgainInAnyOrder(long seed) throws Exception {
        Path reference = Files.createDirectories(base.resolve("reference"));
        try (MountKit peer = MountKit.open(Files.createDirectories(base.resolve("peer")), new PassThroughGate())) {
            MirrorGate mirror = new MirrorGate(peer.backing());
            try (MountKit kit = MountKit.open(Files.createDirectories(base.resolve("mount")), mirror)) {
                kit.tree().expose(Exposure.READ_WRITE);
                run(new RandomOperations(seed, kit.directory, reference), 400);
                NamelessFilesTest.awaitEmptyCradle(kit);
                NamelessFilesTest.awaitEmptyCradle(peer);
                assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
                mirror.disconnected = true;
                run(new RandomOperations(seed + 100, kit.directory, reference), 400);
                NamelessFilesTest.awaitEmptyCradle(kit);
                reintegrate(kit.backing(), peer.backing(), new Random(seed));
                assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()), "seed " + seed);
                assertEquals(
                        0,
                        Shell.run(peer.directory, "find .lockstep -path '*/limbo/*'")
                                .length());
            }
        }
    }

    private static void run(RandomOperations operations, int steps) {
        try (operations) {
            for (int step = 0; step < steps; step++) {
                operations.step();
            }
        }
    }

    @Test
    void givenParentAndChildThatChangedPlacesThenBothOrdersWork() throws Exception {
        for (boolean childFirst : new boolean[] {false, true}) {
            Path place = Files.createDirectories(base.resolve("order-" + childFirst));
            try (MountKit peer = MountKit.open(Files.createDirectories(place.resolve("peer")), new PassThroughGate())) {
                MirrorGate mirror = new MirrorGate(peer.backing());
                try (MountKit kit = MountKit.open(Files.createDirectories(place.resolve("mount")), mirror)) {
                    kit.tree().expose(Exposure.READ_WRITE);
                    Shell.run(kit.directory, "mkdir -p a/b; echo 1 > a/f; echo 2 > a/b/g");
                    mirror.disconnected = true;
                    Shell.run(kit.directory, "mv a/b b; mv a b/a");
                    BackingTree source = kit.backing();
                    long b = source.entries(StableId.ROOT).getFirst().id();
                    List<Long> order = childFirst ? List.of(b, StableId.ROOT) : List.of(StableId.ROOT, b);
                    for (long id : order) {
                        peer.backing().park(id, source.entries(id));
                        peer.backing().adopt(id, source.entries(id));
                    }
                    reintegrate(source, peer.backing(), null);
                    assertEquals(List.of(), TreeComparison.of(source, peer.backing()));
                }
            }
        }
    }

    @Test
    void givenAReintegrationThatIsCutThenItGoesOnAfterARestart() throws Exception {
        MountKit peer = MountKit.open(Files.createDirectories(base.resolve("peer")), new PassThroughGate());
        MirrorGate mirror = new MirrorGate(peer.backing());
        try (MountKit kit = MountKit.open(Files.createDirectories(base.resolve("mount")), mirror)) {
            kit.tree().expose(Exposure.READ_WRITE);
            Shell.run(kit.directory, "mkdir d e; echo keep > d/f; ln d/f g; echo gone > h");
            mirror.disconnected = true;
            Shell.run(kit.directory, "mv d/f e/f; rm g h; rmdir d");
            peer.backing().park(StableId.ROOT, kit.backing().entries(StableId.ROOT));
            peer.guard();
            peer.reopen(new PassThroughGate());
            assertEquals(BackingTree.Unguarded.NOTHING, peer.backing().changedUnguarded());
            reintegrate(kit.backing(), peer.backing(), null);
            assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
        } finally {
            peer.close();
        }
    }

    @Test
    void givenATargetWithFlagsThatForbidChangesThenItIsMadeEqualAllTheSame() throws Exception {
        Path place = Files.createDirectories(base.resolve("peer"));
        try (MountKit kit = MountKit.mounted(Files.createDirectories(base.resolve("mount")), new PassThroughGate())) {
            Shell.run(kit.directory, "echo 1 > a; echo 1 > log; mkdir d e; echo 1 > d/f; echo 1 > gone; mkdir e/g");
            try (MountKit peer = MountKit.open(place, new PassThroughGate())) {
                reintegrate(kit.backing(), peer.backing(), null);
            }
            Shell.run(place.resolve("data"), "chattr +a log; chattr +i a d/f gone e/g; chattr +i d e");
            Shell.run(kit.directory, "echo 22 > a; chmod 600 d/f; echo 2 > log; rm gone; mv e/g d/h; echo 3 > d/new");
            try (MountKit peer = MountKit.open(place, new PassThroughGate())) {
                reintegrate(kit.backing(), peer.backing(), null);
                assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
            }
        }
    }

    @Test
    void givenFlagsThatWentApartThenTheyAreThoseOfThePeerAgain() throws Exception {
        Path place = Files.createDirectories(base.resolve("peer"));
        String setUp = "mkdir -p d/e gone; echo 1 > a; echo 1 > log; echo 1 > same; echo 1 > d/e/f; echo 1 > gone/g;"
                + " ln -s a l; mkfifo p; chattr +i same d/e";
        MountKit kit = MountKit.mounted(Files.createDirectories(base.resolve("mount")), new PassThroughGate());
        try (kit) {
            Shell.run(kit.directory, setUp);
            try (MountKit peer = MountKit.open(place, new PassThroughGate())) {
                reintegrate(kit.backing(), peer.backing(), null);
                assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
                assertEquals("----i", Shell.run(place.resolve("data"), "lsattr same | cut -c1-5"));
            }
            Shell.run(place.resolve("data"), "chattr -i same; chattr +i a gone/g gone d");
            Shell.run(kit.directory, "echo 2 >> log; chattr +a log; chattr +dAS a; rm -r gone; echo 3 > d/new");
            for (int time = 0; time < 2; time++) {
                try (MountKit peer = MountKit.open(place, new PassThroughGate())) {
                    reintegrate(kit.backing(), peer.backing(), null);
                    assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
                    assertFalse(Files.exists(place.resolve("data/gone")));
                    assertEquals("", Shell.run(place.resolve("data"), "find .lockstep -path '*/limbo/*'"));
                }
            }
        } finally {
            Shell.run(base, "chattr -R -ia mount peer 2>/dev/null || true");
        }
    }

    @Test
    void givenAnAppendOnlyFileThenWhatTheApplicationAppendsLeavesItSoOnBothNodes() throws Exception {
        try (MountKit peer = MountKit.open(Files.createDirectories(base.resolve("peer")), new PassThroughGate())) {
            MirrorGate mirror = new MirrorGate(peer.backing());
            try (MountKit kit = MountKit.open(Files.createDirectories(base.resolve("mount")), mirror)) {
                kit.tree().expose(Exposure.READ_WRITE);
                Shell.run(
                        kit.directory,
                        "touch log; exec 3>>log; chattr +a log; echo 1 >&3; echo 2 >&3; echo 3 >> log;"
                                + " ! (echo 4 > log) 2>/dev/null; ! truncate -s 0 log 2>/dev/null; ! rm log 2>/dev/null;"
                                + " python3 -c \"import os, fcntl\n"
                                + "f = os.open('log', os.O_WRONLY | os.O_APPEND)\n"
                                + "os.write(f, b'5')\n"
                                + "fcntl.fcntl(f, fcntl.F_SETFL, 0)\n"
                                + "try: os.pwrite(f, b'6', 0)\n"
                                + "except OSError as e: assert e.errno == 1\n"
                                + "else: assert False\"; test \"$(echo $(cat log))\" = '1 2 3 5'");
                assertEquals(List.of(), mirror.failures);
                assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
                assertEquals(
                        "-----a",
                        Shell.run(peer.directory, "lsattr log | cut -c1-6"),
                        "what the peer applies needs the flag off, but only for that moment");
            }
        } finally {
            Shell.run(base, "chattr -R -a mount peer 2>/dev/null || true");
        }
    }

    @Test
    void givenAMutationOfAnUnknownObjectThenItIsRefused() throws Exception {
        try (MountKit kit = MountKit.open(base, new PassThroughGate())) {
            byte[] name = {'x'};
            List<Mutation> impossible = List.of(
                    new Mutation.Write(0, 99, 0, ByteBuffer.allocate(3), false, false),
                    new Mutation.Flush(0, 99, true),
                    new Mutation.SetAttributes(
                            0, 99, Mutation.SetAttributes.MODE, 0, 0, 0, 0, Timestamp.EPOCH, Timestamp.EPOCH, false),
                    new Mutation.Allocate(0, 99, 0, 0, 1, false),
                    new Mutation.Link(0, 99, 1, name),
                    new Mutation.Remove(0, 99, name, 98, false),
                    new Mutation.Rename(0, 1, name, 1, name, 98, 0, 0),
                    new Mutation.SetExtendedAttribute(0, 99, name, name, -1),
                    new Mutation.SetFlags(0, 99, 0));
            for (Mutation mutation : impossible) {
                FileSystemFailure failure = assertThrows(
                        FileSystemFailure.class, () -> kit.backing().apply(mutation), mutation.toString());
                assertEquals(ENOENT, failure.errno(), mutation.toString());
            }
            assertFalse(kit.backing().contains(99));
            assertThrows(FileSystemFailure.class, () -> kit.backing().state(99));
        }
    }

    @Test
    void givenTheSameMutationTwiceThenTheSecondChangesNothing() throws Exception {
        Path reference = Files.createDirectories(base.resolve("reference"));
        try (MountKit peer = MountKit.open(Files.createDirectories(base.resolve("peer")), new PassThroughGate())) {
            MirrorGate mirror = new MirrorGate(peer.backing());
            mirror.twice = true;
            try (MountKit kit = MountKit.open(Files.createDirectories(base.resolve("mount")), mirror)) {
                kit.tree().expose(Exposure.READ_WRITE);
                run(new RandomOperations(77, kit.directory, reference), 800);
                NamelessFilesTest.awaitEmptyCradle(kit);
                NamelessFilesTest.awaitEmptyCradle(peer);
                assertEquals(List.of(), mirror.failures);
                assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
                assertTrue(mirror.committed.get() > 100);
            }
        }
    }

    @Test
    void givenAnyKindOfObjectThenItCanBeFlushed() throws Exception {
        try (MountKit kit = MountKit.mounted(base, new PassThroughGate())) {
            Shell.run(kit.directory, "mkdir d; echo 1 > f; mkfifo p; ln -s f l; mknod c c 1 3; mknod b b 250 7");
            for (DirectoryEntry entry : kit.backing().entries(StableId.ROOT)) {
                kit.backing().apply(new Mutation.Flush(0, entry.id(), false));
            }
            kit.backing().apply(new Mutation.Flush(0, StableId.ROOT, true));
        }
    }

    @Test
    void givenASparseFileThenDataAndHolesAreFound() throws Exception {
        try (MountKit kit = MountKit.mounted(base, new PassThroughGate())) {
            Shell.run(kit.directory, "truncate -s 1M f; printf x | dd of=f bs=1 seek=500000 conv=notrunc status=none");
            long id = kit.backing().entries(StableId.ROOT).getFirst().id();
            long data = kit.backing().nextData(id, 0);
            assertTrue(data > 400_000 && data <= 500_000, "data at " + data);
            assertTrue(kit.backing().nextHole(id, data) > 500_000);
            assertEquals(-1, kit.backing().nextData(id, 900_000));
            assertEquals(1 << 20, kit.backing().nextHole(id, 1 << 20));
            assertEquals(
                    "500001",
                    Shell.run(
                            kit.directory,
                            "python3 -c \"import os; f=os.open('f',0); s=os.lseek(f,0,3);"
                                    + " d=os.read(os.open('f',0),600000); print(d.index(b'x')+1)\""));
            assertTrue(kit.backing().freeBytes() > 0);
            assertEquals("f", kit.backing().describe(id));
        }
    }
}
