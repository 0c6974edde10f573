package dev.lockstep.node.module;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Opener;
import dev.lockstep.core.config.ReplicatedDirectory;
import dev.lockstep.core.mirror.Verb;
import dev.lockstep.node.data.DataFactory;
import dev.lockstep.node.heartbeat.Ticker;
import dev.lockstep.node.kit.MemoryInterceptor;
import dev.lockstep.node.kit.MemoryNetwork;
import dev.lockstep.node.kit.TestNode;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two runtimes of one replicated module in one process: everything real but the network, the mounts and the disks. */
class ReplicatedNodesTest {
    @TempDir
    private Path directory;

    private final MemoryNetwork network = new MemoryNetwork();
    private final Ticker ticker = new Ticker();
    private final MemoryInterceptor files1 = new MemoryInterceptor();
    private final MemoryInterceptor files2 = new MemoryInterceptor();
    private TestNode node1;
    private TestNode node2;

    @BeforeEach
    void beginBoth() {
        node1 = node("node1", "node2", "127.3.0.1", "127.3.0.2", files1).begin();
        node2 = node("node2", "node1", "127.3.0.2", "127.3.0.1", files2).begin();
    }

    private TestNode node(String name, String peer, String address, String peerAddress, MemoryInterceptor files) {
        return node(name, peer, address, peerAddress, files, "/srv/data");
    }

    private TestNode node(
            String name, String peer, String address, String peerAddress, MemoryInterceptor files, String replicated) {
        Path var = directory.resolve(name);
        return new TestNode(
                new TestNode.Shape(name, peer, address, peerAddress, true, var),
                network,
                ticker,
                (plan, events) -> new DataFactory(
                                network.replicationTransport(),
                                files,
                                TestNode.key(),
                                var.resolve("run"),
                                Clock.systemUTC())
                        .replicated(plan, with(replicated, plan.data().orElseThrow()), events));
    }

    private static ModulePlan.Data with(String directory, ModulePlan.Data data) {
        List<ReplicatedDirectory> directories =
                List.of(new ReplicatedDirectory(directory, true, List.of(), List.of(), List.of()));
        return new ModulePlan.Data(
                directories, data.settings(), data.local(), data.peer(), data.peerAddresses(), data.diskTest());
    }

    @AfterEach
    void endBoth() {
        node1.end();
        node2.end();
        ticker.close();
    }

    private static int write(MemoryInterceptor files, String name) throws Exception {
        return files.write(name, name).get(TestNode.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private void pair() {
        node1.command(Verb.PRIM);
        node1.awaitShown("ALONE Ready");
        node2.command(Verb.SECOND);
        node2.awaitShown("SECOND Ready");
        node1.awaitShown("PRIM Ready");
    }

    @Test
    void givenADirectoryInMemory_whenItIsTakenHoldOf_thenTheLogWarns() {
        TestNode node3 = node("node3", "node4", "127.3.0.3", "127.3.0.4", new MemoryInterceptor(), "/dev/shm/ledger")
                .begin();
        try {
            await().atMost(TestNode.PATIENCE)
                    .until(() -> node3.log()
                            .contains("The replicated directory /dev/shm/ledger lies in memory (tmpfs): what is written"
                                    + " there is gone when this node loses power"));
        } finally {
            node3.end();
        }
    }

    @Test
    void givenFilesOfOneNode_whenTheOtherJoins_thenItHasThemAndEveryLaterOneAndIsReadOnly() throws Exception {
        await().atMost(TestNode.PATIENCE).until(() -> write(files1, "before") == 0);
        pair();
        assertEquals(files1.image(), files2.image());
        assertEquals(0, write(files1, "after"));
        assertEquals(files1.image(), files2.image());
        assertEquals(FileSystemFailure.EROFS, write(files2, "elsewhere"));
    }

    @Test
    void givenAPair_whenTheDiskOfThePrimaryAnswersWithErrors_thenItGivesUpItsRoleAndTheOtherServesAndBothSayWhy()
            throws Exception {
        pair();
        assertEquals(0, write(files1, "acknowledged"));
        files1.failDisk();
        node2.awaitShown("ALONE Ready");
        node1.awaitShown("STOP NotReady");
        assertTrue(
                String.join("\n", files2.image()).contains("acknowledged"),
                files2.image().toString());
        assertEquals(0, write(files2, "afterwards"));
        assertTrue(node1.log().contains("gives up its role: its disk answers with errors"), node1.log());
        assertTrue(node2.log().contains("node1 says that its disk answers with errors"), node2.log());
    }

    @Test
    void givenNoSecondary_whenTheDiskOfThePrimaryAnswersWithErrors_thenItStaysAndSaysSo() {
        node1.command(Verb.PRIM);
        node1.awaitShown("ALONE Ready");
        files1.failDisk();
        await().atMost(TestNode.PATIENCE).until(() -> node1.log().contains("This node stays primary"));
        assertEquals("ALONE Ready", node1.shown());
    }

    @Test
    void givenAPair_whenThePrimaryVanishes_thenNothingAcknowledgedIsMissingAndItComesBackAsSecondary()
            throws Exception {
        pair();
        assertEquals(0, write(files1, "acknowledged"));
        node1.kill();
        node2.awaitShown("ALONE Ready");
        assertTrue(
                String.join("\n", files2.image()).contains("acknowledged"),
                files2.image().toString());
        assertEquals(0, write(files2, "alone"));
        node1.revive();
        node1.command(Verb.START);
        node1.awaitShown("SECOND Ready");
        node2.awaitShown("PRIM Ready");
        assertEquals(files2.image(), files1.image());
    }

    @Test
    void givenAPair_whenTheSecondaryVanishes_thenTheWriteWaitsAndThePrimaryGoesOnAlone() throws Exception {
        pair();
        node2.kill();
        assertEquals(0, write(files1, "waits"));
        node1.awaitShown("ALONE Ready");
        node2.revive();
        node2.command(Verb.SECOND);
        node2.awaitShown("SECOND Ready");
        assertEquals(files1.image(), files2.image());
    }

    @Test
    void givenANodeThatMissedWrites_whenItStartsWithoutItsPeer_thenItWaits() throws Exception {
        pair();
        node2.command(Verb.STOP);
        node1.awaitShown("ALONE Ready");
        assertEquals(0, write(files1, "missed"));
        node2.awaitShown("STOP NotReady");
        node1.kill();
        node2.command(Verb.START);
        node2.awaitShown("WAIT NotReady");
        assertEquals("down", node2.runtime().resources().value("rfs.uptodate", ""));
        assertNotEquals(files1.image(), files2.image());
        node1.revive();
        node1.command(Verb.START);
        node2.awaitShown("SECOND Ready");
        assertEquals(files1.image(), files2.image());
    }

    @Test
    void givenAPair_whenTheRolesAreSwapped_thenWritesGoTheOtherWay() throws Exception {
        pair();
        node2.command(Verb.SWAP);
        node2.awaitShown("PRIM Ready");
        node1.awaitShown("SECOND Ready");
        assertEquals(FileSystemFailure.EROFS, write(files1, "old side"));
        assertEquals(0, write(files2, "new side"));
        assertEquals(files2.image(), files1.image(), () -> node1.log() + "\n----\n" + node2.log());
    }

    @Test
    void givenAPair_whenItIsSwappedWithNosync_thenItSaysThatThisIsASwapAndNoSwapComparesEverything() throws Exception {
        pair();
        assertEquals(0, write(files1, "before"));
        String answer = node1.ask(Verb.SWAP_NOSYNC).text();
        assertTrue(answer.startsWith("nosync makes no difference"), answer);
        node2.awaitShown("PRIM Ready");
        node1.awaitShown("SECOND Ready");
        assertTrue(node1.log().contains("Reintegration ended (changes only)"), node1.log());
        assertFalse(node1.log().contains("Reintegration ended (default)"), node1.log());
        assertEquals(files2.image(), files1.image());
    }

    @Test
    void givenAProcessThatCouldWritePastTheReplication_whenTheModuleStarts_thenItIsRefusedByName() {
        files1.openers().add(new Opener(4711, "backup --all", "open file /srv/data/x", true));
        node1.command(Verb.PRIM);
        await().atMost(TestNode.PATIENCE).until(() -> node1.log().contains("4711"));
        node1.awaitShown("STOP NotReady");
        files1.openers().clear();
        files1.openers().add(new Opener(4712, "less x", "open file /srv/data/x", false));
        node1.command(Verb.PRIM);
        node1.awaitShown("ALONE Ready");
        assertTrue(node1.log().contains("4712"), node1.log());
    }

    @Test
    void givenAModuleThatIsStopped_whenAnApplicationWrites_thenItMayAndTheOtherNodeGetsItLater() throws Exception {
        pair();
        node2.command(Verb.STOP);
        node2.awaitShown("STOP NotReady");
        node1.awaitShown("ALONE Ready");
        node1.command(Verb.STOP);
        node1.awaitShown("STOP NotReady");
        assertEquals(0, write(files1, "maintenance"));
        node1.command(Verb.START);
        node1.awaitShown("ALONE Ready");
        node2.command(Verb.START);
        node2.awaitShown("SECOND Ready");
        assertEquals(files1.image(), files2.image());
        assertFalse(files1.image().isEmpty());
    }
}
