package dev.lockstep.replication;

import static dev.lockstep.replication.kit.Application.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.StableId;
import dev.lockstep.replication.kit.Application;
import dev.lockstep.replication.kit.MemoryNode;
import dev.lockstep.replication.kit.Mirror;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** No wait without an end: a peer that does not answer, does not read, or never speaks is given up. */
class DeadlineTest {
    private static final Duration SHORT = Duration.ofMillis(400);
    private static final Duration LONG = Duration.ofSeconds(20);

    @Test
    void givenASecondaryThatDoesNotAnswer_whenLocktimeoutHasPassed_thenItIsLostAndTheWriteWaitsForTheDecision()
            throws Exception {
        try (Mirror mirror = new Mirror(1, Mirror.SETTINGS)) {
            Application app = pair(mirror);
            long file = app.file(StableId.ROOT, "f");
            mirror.link().right().pause(true);
            mirror.a().engine().reconfigure(Mirror.withTimeouts(SHORT, LONG, LONG));
            CompletableFuture<Integer> write = app.write(0, file, 0, new byte[] {1}, false);
            mirror.a().awaitTold(text -> text.startsWith("lost") && text.contains("locktimeout"));
            assertFalse(write.isDone());
            MemoryNode.await(mirror.a().engine().alone(false));
            expect(write);
        }
    }

    @Test
    void givenASecondaryThatDoesNotRead_whenSendtimeoutHasPassed_thenItIsLost() throws Exception {
        try (Mirror mirror = new Mirror(1, Mirror.SETTINGS)) {
            Application app = pair(mirror);
            long file = app.file(StableId.ROOT, "f");
            mirror.link().right().pause(true);
            mirror.a().engine().reconfigure(Mirror.withTimeouts(LONG, SHORT, LONG));
            CompletableFuture<Integer> write = app.write(0, file, 0, new byte[100_000], false);
            mirror.a().awaitTold(text -> text.startsWith("lost") && text.contains("sendtimeout"));
            MemoryNode.await(mirror.a().engine().waiting());
            assertEquals(5, write.join(), "the application learns that it cannot be known");
        }
    }

    @Test
    void givenATargetThatStopsAnswering_whenReitimeoutHasPassed_thenTheCopyIsBrokenOffOnBothSides() throws Exception {
        try (Mirror mirror = new Mirror(1, Mirror.withTimeouts(LONG, LONG, SHORT))) {
            MemoryNode.await(mirror.a().engine().alone(false));
            Application app = new Application(mirror.a());
            app.write(app.file(StableId.ROOT, "f"), 0, "content");
            mirror.a()
                    .faults()
                    .meanwhile("tree.entries", 0, () -> mirror.link().right().pause(true));
            mirror.beginJoin(mirror.a(), mirror.b(), false);
            mirror.a().awaitTold(text -> text.startsWith("failed-reintegration"));
            mirror.b().awaitTold(text -> text.startsWith("failed-reintegration"));
            app.file(StableId.ROOT, "goes-on");
        }
    }

    @Test
    void givenALinkOverWhichNobodySpeaks_whenItIsServed_thenItIsClosed() throws Exception {
        try (Mirror mirror = new Mirror(1, Mirror.withTimeouts(LONG, LONG, SHORT))) {
            MemoryNode.await(mirror.a().engine().alone(false));
            var link = dev.lockstep.replication.kit.MemoryLink.connect(
                    "mute",
                    mirror.a().engine().linkHandler(),
                    mirror.b().engine().linkHandler());
            mirror.a().engine().serve(link.left());
            mirror.a().awaitTold(text -> text.startsWith("failed-reintegration"));
            assertFalse(link.left().isOpen());
        }
    }

    @Test
    void givenMuchThatWaitsForThePeer_whenMoreIsWritten_thenItIsHeldUntilThereIsRoom() throws Exception {
        try (Mirror mirror = new Mirror(1, Mirror.SETTINGS)) {
            Application app = pair(mirror);
            long file = app.file(StableId.ROOT, "f");
            mirror.link().right().pause(true);
            byte[] data = new byte[8 * 1024 * 1024];
            List<CompletableFuture<Integer>> waiting = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                waiting.add(app.write(0, file, 0, data, false));
            }
            CompletableFuture<Void> held =
                    CompletableFuture.runAsync(() -> expect(app.write(0, file, 0, new byte[] {1}, false)));
            assertEquals(8, mirror.a().engine().statistics().pendingOperations());
            mirror.link().right().pause(false);
            held.join();
            waiting.forEach(Application::expect);
            expect(app.flush(0, file));
            assertEquals(mirror.a().image(), mirror.b().image());
        }
    }

    @Test
    void givenAsyncNone_whenAWriteIsAcknowledged_thenItSurvivesThePowerFailureOfTheSecondary() throws Exception {
        ReplicationSettings settings = Mirror.acknowledging(ReplicationSettings.Acknowledge.ALL_ON_DISK);
        try (Mirror mirror = new Mirror(1, settings)) {
            Application app = pair(mirror);
            long directory = app.directory(StableId.ROOT, "d");
            long file = app.file(directory, "f");
            app.write(file, 0, "on disk");
            mirror.b().crash(new java.util.Random(1));
            assertTrue(mirror.b().tree(0).contains(file));
            assertEquals(mirror.a().image(), mirror.b().image());
        }
    }

    @Test
    void givenAsyncSecond_whenAnFsyncIsAcknowledged_thenThePeerHasNotBeenAskedForItsDisk() throws Exception {
        ReplicationSettings settings = Mirror.acknowledging(ReplicationSettings.Acknowledge.IN_MEMORY);
        try (Mirror mirror = new Mirror(1, settings)) {
            Application app = pair(mirror);
            long file = app.file(StableId.ROOT, "f");
            expect(app.flush(0, file));
            assertFalse(mirror.b().faults().seen().containsKey("tree.apply-Flush"));
        }
    }

    private static Application pair(Mirror mirror) throws InterruptedException {
        MemoryNode.await(mirror.a().engine().alone(false));
        mirror.join(mirror.a(), mirror.b());
        return new Application(mirror.a());
    }
}
