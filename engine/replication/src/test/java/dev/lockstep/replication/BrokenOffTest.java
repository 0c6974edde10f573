package dev.lockstep.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.replication.kit.Application;
import dev.lockstep.replication.kit.MemoryNode;
import dev.lockstep.replication.kit.Mirror;
import dev.lockstep.replication.kit.Stall;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** P1: what is still under way when a copy or a role ends does no harm to what comes after. */
class BrokenOffTest {
    /** How long something is given that must not happen. */
    private static final long MUST_NOT_SECONDS = 1;

    private Mirror mirror;
    private MemoryNode a;
    private MemoryNode b;
    private Application app;
    private long file;

    @BeforeEach
    void aNodeAlone() throws IOException {
        mirror = new Mirror(1, Mirror.SETTINGS);
        a = mirror.a();
        b = mirror.b();
        MemoryNode.await(a.engine().alone(false));
        app = new Application(a);
        file = app.file(StableId.ROOT, "f");
    }

    @AfterEach
    void end() {
        mirror.close();
    }

    @Test
    void givenACopyUnderWay_whenThePeerIsToGetEverything_thenWhatIsWrittenMeanwhileReachesThePeerToo()
            throws Exception {
        app.write(file, 0, "first");
        Stall stall = new Stall();
        b.faults().slow("tree.apply-Write", stall);
        mirror.beginJoin(a, b, false);
        stall.awaitReached();
        MemoryNode.await(a.engine().alone(true));
        app.write(file, 0, "later");
        stall.end();
        String end = a.awaitTold(text -> text.startsWith("ended") || text.startsWith("failed-reintegration"));
        if (end.startsWith("failed-reintegration")) {
            b.awaitTold(text -> text.startsWith("failed-reintegration"));
            mirror.join(a, b);
        }
        assertEquals(a.image(), b.image());
    }

    @Test
    void givenAChangeThatHangsOnTheTarget_whenTheCopyIsBrokenOffAndBegunAgain_thenItDoesNotComeAfter()
            throws Exception {
        mirror.join(a, b);
        mirror.part(a, b);
        app.write(file, 0, "old");
        Stall stall = new Stall();
        b.faults().slow("tree.apply-Write", stall);
        mirror.beginJoin(a, b, false);
        stall.awaitReached();
        CompletionStage<Void> left = b.engine().waiting();
        a.awaitTold(text -> text.startsWith("failed-reintegration"));
        app.write(file, 0, "new");
        if (isDone(left)) {
            mirror.join(a, b);
            stall.end();
            MemoryNode.await("the former change to come", () -> !a.image().equals(b.image()));
        } else {
            stall.end();
            MemoryNode.await(left);
            mirror.join(a, b);
        }
        assertEquals(a.image(), b.image());
    }

    @Test
    void givenAWriteThatHangs_whenThisNodeLeavesItsRole_thenItFailsAndNoCopyIntoThisNodeBeginsBeforeItHasEnded()
            throws Exception {
        mirror.join(a, b);
        mirror.cut();
        a.awaitTold(text -> text.startsWith("lost"));
        b.awaitTold(text -> text.startsWith("lost"));
        Stall stall = new Stall();
        a.faults().slow("tree.apply-Write", stall);
        CompletableFuture<Integer> write = CompletableFuture.supplyAsync(
                () -> app.write(0, file, 0, new byte[] {1}, false).join());
        stall.awaitReached();
        MemoryNode.await(a.engine().waiting());
        MemoryNode.await(b.engine().alone(false));
        mirror.beginJoin(b, a, false);
        String end = b.awaitTold(text -> text.startsWith("ended") || text.startsWith("failed-reintegration"));
        stall.end();
        assertEquals(FileSystemFailure.EIO, write.join());
        if (end.startsWith("failed-reintegration")) {
            mirror.join(b, a);
        }
        assertEquals(b.image(), a.image());
    }

    private static boolean isDone(CompletionStage<Void> stage) throws Exception {
        try {
            stage.toCompletableFuture().get(MUST_NOT_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }
}
