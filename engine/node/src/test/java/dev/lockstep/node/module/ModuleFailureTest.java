package dev.lockstep.node.module;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.core.mirror.DataRole;
import dev.lockstep.core.mirror.Verb;
import dev.lockstep.node.data.NoData;
import dev.lockstep.node.heartbeat.Ticker;
import dev.lockstep.node.kit.BreakableData;
import dev.lockstep.node.kit.MemoryNetwork;
import dev.lockstep.node.kit.TestNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** P8: what fails or hangs in one module stays there. */
class ModuleFailureTest {
    private final MemoryNetwork network = new MemoryNetwork();
    private final Ticker ticker = new Ticker();
    private BreakableData data;
    private final TestNode broken = node("127.2.0.1", "127.2.0.2", true);
    private final TestNode healthy = node("127.2.1.1", "127.2.1.2", false);

    private TestNode node(String address, String peerAddress, boolean breakable) {
        return new TestNode(
                new TestNode.Shape("node1", "node2", address, peerAddress, false, directory()),
                network,
                ticker,
                (plan, events) -> {
                    if (!breakable) {
                        return new NoData();
                    }
                    data = new BreakableData(new NoData());
                    return data;
                });
    }

    private static Path directory() {
        try {
            return java.nio.file.Files.createTempDirectory("lockstep-node");
        } catch (java.io.IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    @AfterEach
    void end() {
        broken.end();
        healthy.end();
        ticker.close();
    }

    @Test
    void givenADefectOnTheMailbox_whenItIsHit_thenTheModuleIsTakenOutOfItsRoleAndCanBeReset() {
        broken.begin();
        healthy.begin();
        broken.command(Verb.PRIM);
        healthy.command(Verb.PRIM);
        broken.awaitShown("ALONE Ready");
        healthy.awaitShown("ALONE Ready");

        data.breakOnce();

        broken.awaitShown("STOP NotReady");
        assertEquals("failed", broken.runtime().status().detail());
        await().atMost(TestNode.PATIENCE)
                .until(() -> broken.hooks().calls().stream().anyMatch(call -> call.startsWith("stop_prim force")));
        assertInstanceOf(DataRole.Waiting.class, data.roles().getLast());
        assertTrue(broken.log().contains("broken by the test"), broken.log());
        assertFalse(broken.ask(Verb.START).accepted());
        assertEquals("ALONE Ready", healthy.shown());

        await().atMost(TestNode.PATIENCE).until(() -> broken.ask(Verb.FORCESTOP).accepted());
        broken.command(Verb.PRIM);
        broken.awaitShown("ALONE Ready");
    }

    @Test
    void givenADefectOnTheMailbox_whenTheModuleIsTakenOutOfItsRole_thenForcedStopsRunInOrderAndThenItIsSettled() {
        broken.begin();
        healthy.begin();
        broken.command(Verb.PRIM);
        broken.awaitShown("ALONE Ready");
        broken.hooks().hold("stop_prim");

        data.breakOnce();

        await().atMost(TestNode.PATIENCE).until(() -> broken.hooks().calls().contains("held stop_prim"));
        assertFalse(broken.ask(Verb.FORCESTOP).accepted(), "settled before its stop hooks have ended");
        assertEquals(List.of("stop_sec", "stop_prim"), forced());
        broken.hooks().release("stop_prim");
        await().atMost(TestNode.PATIENCE).until(() -> broken.ask(Verb.FORCESTOP).accepted());
        assertEquals(List.of("stop_sec", "stop_prim", "stop_second", "stop_both"), forced());
        assertTrue(broken.log().contains("Script stop_prim did not end well"), broken.log());
    }

    private List<String> forced() {
        return broken.hooks().calls().stream()
                .filter(call -> call.contains(" force "))
                .map(call -> call.substring(0, call.indexOf(' ')))
                .toList();
    }

    @Test
    void givenAStartHookThatHangs_whenAnotherModuleStarts_thenThatOneDoesNotNotice() {
        broken.begin();
        healthy.begin();
        broken.hooks().hang("start_prim");
        broken.command(Verb.PRIM);
        broken.awaitShown("ALONE Transient");
        healthy.command(Verb.PRIM);
        healthy.awaitShown("ALONE Ready");
        assertEquals("ALONE Transient", broken.shown());
    }
}
