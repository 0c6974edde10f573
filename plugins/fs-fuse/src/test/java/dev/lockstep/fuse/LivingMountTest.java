package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.Exposure;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.PathFilter;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.fuse.sys.Errno;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a secondary becomes primary its mount lives on: who looks at it, from wherever, goes on looking. */
class LivingMountTest {
    private static final String NOTHING = "true";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path base;

    private final RecordingGate gate = new RecordingGate();
    private final FailingCalls failing = new FailingCalls();
    /** Whose tree is watched. */
    private MountKit node;
    /** The primary, at first. */
    private MountKit peer;

    @BeforeEach
    void aSecondary() throws IOException {
        node = MountKit.open(Files.createDirectories(base.resolve("node")), gate, PathFilter.ALL, failing.calls());
        peer = MountKit.open(Files.createDirectories(base.resolve("peer")), new MirrorGate(node.backing()));
        peer.tree().expose(Exposure.READ_WRITE);
        node.tree().expose(Exposure.READ_ONLY);
    }

    @AfterEach
    void itEnds() throws IOException {
        peer.close();
        node.close();
    }

    private void takeOver() throws IOException {
        peer.tree().conceal();
        node.tree().expose(Exposure.READ_WRITE);
    }

    @Test
    void givenAFileOpenOnTheSecondary_whenItIsPrimary_thenItIsReadAsItIsWritten() throws Exception {
        Files.writeString(peer.path("a"), "one");
        try (Onlooker onlooker = Onlooker.in(node.directory)) {
            assertEquals("ok", onlooker.told("open a"));
            assertEquals("one", onlooker.told("read"));
            Files.writeString(peer.path("a"), "two");
            takeOver();
            assertEquals("two", onlooker.told("read"));
            Files.writeString(node.path("a"), "six");
            assertEquals("six", onlooker.told("read"));
            assertEquals("a", onlooker.told("list ."));
            Files.writeString(node.path("b"), "new");
            assertEquals("a b", onlooker.told("list ."));
            assertEquals("six", Files.readString(node.path("a")));
            assertEquals(2, gate.of(Mutation.Write.class).size(), "what is written is told to the peer");
        }
    }

    @Test
    void givenSomebodyInANamespaceOfHisOwn_whenTheMountIsAnotherOne_thenHeIsNotTakenForOneWhoGetsPastIt()
            throws Exception {
        Files.writeString(peer.path("a"), "one");
        try (Onlooker onlooker = Onlooker.apart(node.directory, NOTHING)) {
            assertEquals("ok", onlooker.told("open a"));
            node.tree().conceal();
            node.tree().expose(Exposure.READ_ONLY);
            assertEquals(List.of(), node.tree().openers());
        }
    }

    @Test
    void givenAFileMappedOnTheSecondary_whenItIsPrimary_thenTheMappingShowsWhatItHolds() throws Exception {
        Files.writeString(peer.path("a"), "one");
        try (Onlooker onlooker = Onlooker.in(node.directory)) {
            assertEquals("ok", onlooker.told("open a"));
            assertEquals("ok", onlooker.told("map"));
            assertEquals("one", onlooker.told("mapped"));
            Files.writeString(peer.path("a"), "two");
            takeOver();
            assertEquals("two", onlooker.told("mapped"), "what was in memory is gone");
            assertEquals("two", Files.readString(node.path("a")), "for everybody");
            Files.writeString(node.path("a"), "six");
            assertEquals("six", onlooker.told("mapped"));
        }
    }

    @Test
    void givenAFileMappedAndClosedOnTheSecondary_whenItIsPrimary_thenNothingOfThatIsShown() throws Exception {
        Files.writeString(peer.path("a"), "one");
        try (Onlooker onlooker = Onlooker.in(node.directory)) {
            assertEquals("ok", onlooker.told("open a"));
            assertEquals("ok", onlooker.told("map"));
            assertEquals("one", onlooker.told("mapped"));
        }
        Files.writeString(peer.path("a"), "two");
        takeOver();
        assertEquals("two", Files.readString(node.path("a")));
    }

    @Test
    void givenAMountNamespaceOfItsOwn_whenTheSecondaryIsPrimary_thenItGoesOnThere() throws Exception {
        Files.writeString(peer.path("a"), "one");
        try (Onlooker apart = Onlooker.apart(node.directory, NOTHING)) {
            assertEquals("ok", apart.told("open a"));
            assertEquals("EROFS", apart.told("write b"));
            takeOver();
            Files.writeString(node.path("a"), "two");
            assertEquals("two", apart.told("read"));
            assertEquals("a", apart.told("list ."));
            assertEquals("a", apart.told("list " + node.directory));
            assertEquals("ok", apart.told("write b"), "what comes from there passes the gate like anything else");
            assertEquals(List.of("b"), created());
        }
    }

    @Test
    void givenANamespaceIntoWhichMountsCome_whenTheSecondaryIsPrimary_thenItIsWrittenFromThereToo() throws Exception {
        Path shared = Files.createDirectory(base.resolve("shared"));
        Shell.run(base, "mount --bind shared shared; mount --make-shared shared");
        try (MountKit kit = MountKit.open(shared, gate);
                Onlooker slave = Onlooker.slave(base)) {
            kit.tree().expose(Exposure.READ_ONLY);
            assertEquals("EROFS", slave.told("write shared/data/a"));
            kit.tree().expose(Exposure.READ_WRITE);
            assertEquals("ok", slave.told("write shared/data/a"));
            assertEquals(List.of("a"), created());
            kit.tree().expose(Exposure.READ_ONLY);
            assertEquals("EROFS", slave.told("write shared/data/a"), "it meets the new mount");
        } finally {
            Shell.run(base, "umount shared");
        }
    }

    private List<String> created() {
        return gate.of(Mutation.Create.class).stream()
                .map(create -> new String(create.name(), StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void givenACopyOfTheMountThatIsMadeWritable_whenThisIsASecondary_thenNothingIsWritten() throws Exception {
        Files.writeString(peer.path("a"), "one");
        Path copy = Files.createDirectory(base.resolve("copy"));
        String script = "mount --bind " + node.directory + " " + copy + "; mount -o remount,bind,rw " + copy;
        try (Onlooker apart = Onlooker.apart(base, script)) {
            assertEquals("EROFS", apart.told("write " + copy + "/a"));
        }
        try (Onlooker apart = Onlooker.apart(base, script + "; mount -i -o remount,rw " + copy)) {
            assertEquals("EROFS", apart.told("write " + copy + "/a"), "the engine itself refuses");
            assertEquals("EROFS", apart.told("write " + copy + "/b"));
            assertEquals("one", Files.readString(node.path("a")));
            assertEquals(List.of(), gate.mutations);
            takeOver();
            assertEquals("ok", apart.told("write " + copy + "/a"));
            assertEquals(1, gate.of(Mutation.Write.class).size());
        }
    }

    @Test
    void givenAMountThatLivedOn_whenThisIsASecondaryAgain_thenNobodyWritesWhoCouldBefore() throws Exception {
        Files.writeString(peer.path("a"), "one");
        try (Onlooker onlooker = Onlooker.in(node.directory);
                Onlooker apart = Onlooker.apart(node.directory, NOTHING)) {
            takeOver();
            assertEquals("ok", onlooker.told("hold a"));
            assertEquals("ok", apart.told("hold a"));
            assertEquals("ok", onlooker.told("put"));
            assertEquals("ok", apart.told("put"));
            int before = gate.mutations.size();
            node.tree().expose(Exposure.READ_ONLY);
            assertEquals("ENOTCONN", onlooker.told("put"));
            assertEquals("ENOTCONN", apart.told("put"));
            assertEquals("ENOTCONN", apart.told("write " + node.directory + "/b"));
            assertEquals("EROFS", onlooker.told("write " + node.directory + "/b"));
            assertEquals(before, gate.mutations.size());
        }
    }

    @Test
    void givenAFileTheSecondaryStillHasOpen_whenThePrimaryRemovedIt_thenItIsReadToTheEnd() throws Exception {
        Files.writeString(peer.path("a"), "one");
        try (Onlooker onlooker = Onlooker.in(node.directory)) {
            assertEquals("ok", onlooker.told("open a"));
            Files.delete(peer.path("a"));
            takeOver();
            assertEquals("one", onlooker.told("read"));
            Files.writeString(node.path("a"), "two");
            assertEquals("one", onlooker.told("read"));
        }
    }

    @Test
    void givenAnObjectThatWasLostAndMadeAnew_whenThisBecomesPrimary_thenItsMountIsMadeAnew() throws Exception {
        Files.writeString(peer.path("a"), "one");
        try (Onlooker onlooker = Onlooker.in(node.directory)) {
            assertEquals("ok", onlooker.told("open a"));
            node.backing().park(StableId.ROOT, List.of());
            node.backing().clearLimbo();
            ReintegrationTest.reintegrate(peer.backing(), node.backing(), null);
            takeOver();
            assertEquals("ENOTCONN", onlooker.told("read"), "it would be another file by the same id");
            assertTrue(node.events.notices.stream().anyMatch(text -> text.contains("made anew")));
            Files.writeString(node.path("a"), "two");
            assertEquals(1, gate.of(Mutation.Write.class).size(), "it is replicated");
        }
    }

    @Test
    void givenAReintegrationThatWasCutOff_whenThisBecomesPrimary_thenItsMountIsMadeAnew() throws Exception {
        Files.createDirectory(peer.path("d"));
        Files.writeString(peer.path("d/a"), "one");
        try (Onlooker onlooker = Onlooker.in(node.path("d"))) {
            node.backing().park(StableId.ROOT, List.of());
            takeOver();
            assertEquals("ENOTCONN", onlooker.told("write a"), "nobody changes what is out of place");
            assertEquals(List.of(), gate.mutations);
        }
    }

    @Test
    void givenAMountThatCannotBeMadeWritable_whenThisBecomesPrimary_thenANewOneIs() throws Exception {
        Files.writeString(peer.path("a"), "one");
        try (Onlooker onlooker = Onlooker.in(node.directory)) {
            assertEquals("ok", onlooker.told("open a"));
            failing.fail("openForWriting", "MOUNT", Errno.EIO);
            takeOver();
            assertEquals("ENOTCONN", onlooker.told("read"));
            Files.writeString(node.path("a"), "two");
            assertEquals("two", Files.readString(node.path("a")));
        }
    }

    @Test
    void givenAReadThatHangs_whenThisBecomesPrimary_thenItIsNotWaitedForAndANewMountIsMade() throws Exception {
        Files.writeString(peer.path("a"), "one");
        CountDownLatch hangs = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        failing.meanwhile("preadNow", "READ", () -> {
            hangs.countDown();
            await(goesOn);
        });
        try (Onlooker onlooker = Onlooker.in(node.directory)) {
            assertEquals("ok", onlooker.told("open a"));
            assertEquals("ok", onlooker.told("map"));
            onlooker.begin("mapped");
            await(hangs);
            CompletableFuture<Void> takingOver = CompletableFuture.runAsync(() -> {
                try {
                    takeOver();
                } catch (IOException e) {
                    throw new CompletionException(e);
                }
            });
            Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> node.events.notices.stream().anyMatch(text -> text.contains("a read has not ended")));
            goesOn.countDown();
            takingOver.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            Files.writeString(node.path("a"), "two");
            assertEquals("two", Files.readString(node.path("a")));
        } finally {
            goesOn.countDown();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(LIMIT.toSeconds(), TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void givenAMountThatWasTakenAway_whenThisBecomesPrimary_thenANewOneIsMade() throws Exception {
        Shell.run(base, "umount -l " + node.directory);
        takeOver();
        Files.writeString(node.path("a"), "two");
        assertFalse(gate.mutations.isEmpty());
    }

    @Test
    void givenAnAbortBeside_whenThisBecomesPrimary_thenNothingIsOffered() throws Exception {
        Files.writeString(peer.path("a"), "one");
        failing.meanwhile("openForWriting", "MOUNT", () -> {
            try {
                node.tree().abort();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        peer.tree().conceal();
        assertThrows(IOException.class, () -> node.tree().expose(Exposure.READ_WRITE));
        assertThrows(IOException.class, () -> Files.writeString(node.path("a"), "two"));
        assertEquals(List.of(), gate.mutations);
    }
}
