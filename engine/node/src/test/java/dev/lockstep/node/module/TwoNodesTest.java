package dev.lockstep.node.module;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.core.mirror.Verb;
import dev.lockstep.node.data.NoData;
import dev.lockstep.node.heartbeat.Ticker;
import dev.lockstep.node.kit.MemoryNetwork;
import dev.lockstep.node.kit.TestNode;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two runtimes of one module without replicated directories, in one process, over a network in memory. */
class TwoNodesTest {
    @TempDir
    private Path directory;

    private final MemoryNetwork network = new MemoryNetwork();
    private final Ticker ticker = new Ticker();
    private TestNode node1;
    private TestNode node2;

    @BeforeEach
    void beginBoth() {
        node1 = node("node1", "node2", "127.1.0.1", "127.1.0.2").begin();
        node2 = node("node2", "node1", "127.1.0.2", "127.1.0.1").begin();
    }

    private TestNode node(String name, String peer, String address, String peerAddress) {
        return new TestNode(
                new TestNode.Shape(name, peer, address, peerAddress, false, directory.resolve(name)),
                network,
                ticker,
                (plan, events) -> new NoData());
    }

    @AfterEach
    void endBoth() {
        node1.end();
        node2.end();
        ticker.close();
    }

    private void pair() {
        node1.command(Verb.PRIM);
        node1.awaitShown("ALONE Ready");
        node2.command(Verb.SECOND);
        node2.awaitShown("SECOND Ready");
        node1.awaitShown("PRIM Ready");
    }

    @Test
    void givenTwoStoppedNodes_whenOneIsPrimAndTheOtherSecond_thenTheyAreAPairAndEachHookRanOnce() {
        pair();
        assertTrue(
                node1.hooks().calls().contains("start_prim WAIT ALONE start"),
                node1.hooks().calls().toString());
        assertEquals(
                1,
                node1.hooks().calls().stream()
                        .filter(c -> c.startsWith("start_prim"))
                        .count());
        assertTrue(node2.hooks().calls().stream().anyMatch(c -> c.startsWith("start_second")));
        assertEquals("SECOND Ready", node1.runtime().resources().value("state.remote", ""));
        assertEquals("up", node1.runtime().resources().value("heartbeat.default", ""));
    }

    @Test
    void givenAPair_whenThePrimaryVanishes_thenTheSecondaryTakesOverAndTheLostOneJoinsAgain() {
        pair();
        node1.kill();
        node2.awaitShown("ALONE Ready");
        assertTrue(node2.log().contains("Action alone called by heart: no heartbeat"), node2.log());
        assertEquals("UNKNOWN Unknown", node2.runtime().resources().value("state.remote", ""));
        node1.revive();
        node1.command(Verb.START);
        node1.awaitShown("SECOND Ready");
        node2.awaitShown("PRIM Ready");
    }

    @Test
    void givenAPair_whenThePrimaryIsStopped_thenTheSecondaryTakesOverAfterItsStopHook() {
        pair();
        node1.command(Verb.STOP);
        node2.awaitShown("ALONE Ready");
        node1.awaitShown("STOP NotReady");
        assertTrue(node2.log().contains("Action alone called by heart: remote stop"), node2.log());
    }

    @Test
    void givenAPrimaryThatIsNotHeard_whenItsNodeSaysThatItIsPrimary_thenPrimIsRefusedUntilItSaysOtherwise() {
        node1.command(Verb.PRIM);
        node1.awaitShown("ALONE Ready");
        network.cut(TestNode.at("127.1.0.1", 0).getAddress());
        await().atMost(TestNode.PATIENCE)
                .until(() -> node2.runtime()
                        .resources()
                        .value("heartbeat.default", "")
                        .equals("down"));
        node2.runtime().peerPrimary(true);

        ModuleRuntime.Answer answer = node2.ask(Verb.PRIM);

        assertFalse(answer.accepted());
        assertTrue(answer.text().contains("there would be two primaries"), answer.text());
        assertEquals("STOP NotReady", node2.shown());
        node2.runtime().peerPrimary(false);
        assertTrue(node2.ask(Verb.PRIM).accepted());
        network.heal(TestNode.at("127.1.0.1", 0).getAddress());
    }

    @Test
    void givenAPair_whenTheRolesAreSwappedTwice_thenTheyAreAsBefore() {
        pair();
        node1.command(Verb.SWAP);
        node2.awaitShown("PRIM Ready");
        node1.awaitShown("SECOND Ready");
        node1.command(Verb.SWAP);
        node1.awaitShown("PRIM Ready");
        node2.awaitShown("SECOND Ready");
    }

    @Test
    void givenAHookThatHangs_whenTheModuleIsStoppedByForce_thenItStops() {
        node1.hooks().hang("stop_prim");
        pair();
        node1.command(Verb.STOP);
        node1.awaitShown("PRIM Transient");
        node1.command(Verb.FORCESTOP);
        node1.awaitShown("STOP NotReady");
        node2.awaitShown("ALONE Ready");
    }

    @Test
    void givenARunningModule_whenAStartIsAskedFor_thenItIsRefusedWithASentence() {
        pair();
        ModuleRuntime.Answer answer = node1.ask(Verb.START);
        assertFalse(answer.accepted());
        assertFalse(answer.text().isBlank());
        assertEquals("PRIM Ready", node1.shown());
    }
}
