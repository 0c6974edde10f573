package dev.lockstep.replication;

import static dev.lockstep.replication.kit.Application.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.ByteRange;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.replication.kit.Application;
import dev.lockstep.replication.kit.MemoryNode;
import dev.lockstep.replication.kit.Mirror;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** P5: what files take of a disk is on the joining node what it is on the other: holes, what is reserved; and there is no more. */
class FileSpaceTest {
    private static final int ROOM = 300_000;

    private Mirror mirror;
    private MemoryNode a;
    private MemoryNode b;
    private Application app;

    @BeforeEach
    void aNodeAlone() throws IOException {
        mirror = new Mirror(1, Mirror.SETTINGS);
        a = mirror.a();
        b = mirror.b();
        MemoryNode.await(a.engine().alone(false));
        app = new Application(a);
    }

    @AfterEach
    void end() {
        mirror.close();
    }

    private void rejoin() throws InterruptedException {
        mirror.join(a, b);
        assertEquals(a.image(), b.image());
    }

    @Test
    void givenASparseFile_whenItIsCopied_thenHolesStayHoles() throws Exception {
        long file = app.file(StableId.ROOT, "sparse");
        app.write(file, 0, "begin");
        app.write(file, 50_000_000, "end");
        mirror.join(a, b);
        assertEquals(a.image(), b.image());
        assertTrue(b.tree(0).nextData(file, 100_000) > 40_000_000);
        mirror.part(a, b);
        expect(app.write(0, file, 20_000_000, new byte[500_000], false));
        expect(app.run(new Intent.Data(0, file, 0, 10_000), new Mutation.Allocate(0, file, 3, 0, 10_000, false), file));
        rejoin();
        assertTrue(b.tree(0).nextData(file, 0) > 10_000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void givenAFileThatWasShortened_whenItGrowsWhileItIsCopied_thenItsFormerDataStayGone(boolean everything)
            throws Exception {
        byte[] former = new byte[500_000];
        Arrays.fill(former, (byte) 'x');
        long file = app.file(StableId.ROOT, "f");
        expect(app.write(0, file, 0, former, false));
        mirror.join(a, b);
        mirror.part(a, b);
        expect(app.truncate(0, file, 1000));
        a.faults().meanwhile("tree.read", 0, () -> app.write(file, 450_000, "end"));
        mirror.beginJoin(a, b, everything);
        mirror.awaitPair(a, b);
        assertEquals(a.image(), b.image());
    }

    @Test
    void givenSpaceReservedAndGivenBack_whenThePeerReturns_thenItIsThereToo() throws Exception {
        long file = app.file(StableId.ROOT, "f");
        app.write(file, 0, "begin");
        expect(reserve(file, 100_000));
        mirror.join(a, b);
        assertEquals(List.of(new ByteRange(8192, 100_000)), b.tree(0).reserved(file), "of a new file");
        mirror.part(a, b);
        expect(reserve(file, 200_000));
        rejoin();
        assertEquals(List.of(new ByteRange(8192, 200_000)), b.tree(0).reserved(file), "of a changed one");
        mirror.part(a, b);
        a.tree(0).reserve(file, 5, List.of());
        app.write(file, 0, "again");
        rejoin();
        assertEquals(List.of(), b.tree(0).reserved(file));
    }

    @Test
    void givenNoRoomThereForReservedSpace_whenThePeerReturns_thenItFailsWithTheReasonAndLosesNothing()
            throws Exception {
        long file = app.file(StableId.ROOT, "f");
        app.write(file, 0, "begin");
        expect(reserve(file, 100_000));
        b.faults().fail("tree.reserve", 0, FileSystemFailure.ENOSPC);
        mirror.beginJoin(a, b, false);
        String reason = a.awaitTold(text -> text.startsWith("failed-reintegration"));
        assertTrue(reason.contains("full"), reason);
        app.write(file, 0, "goes on");
        rejoin();
        assertEquals(List.of(new ByteRange(8192, 100_000)), b.tree(0).reserved(file));
    }

    private CompletableFuture<Integer> reserve(long file, long length) {
        return app.run(
                new Intent.Data(0, file, 8192, length), new Mutation.Allocate(0, file, 1, 8192, length, false), file);
    }

    @Test
    void givenASecondaryWithAFullDisk_whenItJoins_thenItFailsWithTheReasonAndThePrimaryGoesOn() throws Exception {
        b.tree(0).capacity(ROOM);
        long file = app.file(StableId.ROOT, "big");
        expect(app.write(0, file, 0, new byte[2 * ROOM], false));
        mirror.beginJoin(a, b, false);
        String reason = a.awaitTold(text -> text.startsWith("failed-reintegration"));
        assertTrue(reason.contains("full"), reason);
        b.awaitTold(text -> text.startsWith("failed-reintegration"));
        app.write(file, 0, "goes on");
        assertTrue(b.engine().identity().inconsistent());
        assertFalse(b.engine().identity().usable());
        b.tree(0).capacity(Long.MAX_VALUE);
        rejoin();
    }
}
