package dev.lockstep.node.module;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.core.mirror.Verb;
import dev.lockstep.node.data.NoData;
import dev.lockstep.node.heartbeat.Ticker;
import dev.lockstep.node.kit.MemoryNetwork;
import dev.lockstep.node.kit.TestNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A start hook that fails does not change the state, but nobody may take that state for a running application. */
class FailedStartHookTest {
    @TempDir
    Path directory;

    private final Ticker ticker = new Ticker();
    private TestNode node;

    @BeforeEach
    void aNodeWhoseStartHookFails() {
        node = new TestNode(
                new TestNode.Shape("node1", "node2", "127.2.2.1", "127.2.2.2", false, directory),
                new MemoryNetwork(),
                ticker,
                (plan, events) -> new NoData());
        node.begin();
        node.hooks().fail("start_prim");
        node.command(Verb.PRIM);
        node.awaitShown("ALONE Ready");
    }

    @AfterEach
    void end() {
        node.end();
        ticker.close();
    }

    @Test
    void givenAStartHookThatFails_whenItHasEnded_thenTheStateNamesItWithCauseAndRemedy() {
        assertEquals(List.of("start_prim"), node.runtime().status().failedHooks());
        assertEquals("start_prim failed", node.runtime().status().detail());
        String reason = node.runtime().status().reason();
        assertTrue(reason.contains("start_prim.groovy:7: broken by the test"), reason);
        assertTrue(reason.contains("lockstep restart -m"), reason);
        assertEquals("failed", node.runtime().resources().value("hook.start_prim", ""));
    }

    @Test
    void givenAStartHookThatFailed_whenTheModuleIsRestartedAndItWorks_thenNothingIsLeftOfTheFailure() {
        node.hooks().mend("start_prim");
        node.command(Verb.RESTART);
        node.awaitShown("ALONE Ready");
        org.awaitility.Awaitility.await()
                .atMost(TestNode.PATIENCE)
                .until(() ->
                        node.runtime().resources().value("hook.start_prim", "").equals("ok"));
        assertEquals(List.of(), node.runtime().status().failedHooks());
    }

    @Test
    void givenAStartHookThatFailed_whenTheModuleStops_thenNothingIsLeftOfTheFailure() {
        node.command(Verb.STOP);
        node.awaitShown("STOP NotReady");
        assertEquals(List.of(), node.runtime().status().failedHooks());
        assertEquals("", node.runtime().status().reason());
    }
}
