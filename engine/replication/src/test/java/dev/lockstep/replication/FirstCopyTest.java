package dev.lockstep.replication;

import static dev.lockstep.replication.kit.Application.expect;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.StableId;
import dev.lockstep.replication.kit.Application;
import dev.lockstep.replication.kit.MemoryNode;
import dev.lockstep.replication.kit.Mirror;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** P5, P6: a node that holds nothing is given everything in one walk, many small files at a time. */
class FirstCopyTest {
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

    /** Objects of every kind, with what makes them special. */
    private void everything() {
        long directory = app.directory(StableId.ROOT, "d");
        long inner = app.directory(directory, "e");
        long small = app.file(directory, "small");
        app.write(small, 0, "content");
        expect(app.chmod(0, small, 0640));
        link(small, inner, "again");
        app.file(inner, "empty");
        long sparse = app.file(inner, "sparse");
        app.write(sparse, 30_000, "end");
        expect(app.write(0, app.file(inner, "fits"), 0, noise(64 * 1024), false));
        expect(app.write(0, app.file(inner, "large"), 0, noise(64 * 1024 + 1), false));
        expect(app.write(0, app.file(inner, "larger"), 0, noise(3_000_000), false));
        expect(app.create(0, inner, "pipe", Application.newId(), ObjectKind.FIFO));
        long noted = app.file(inner, "noted");
        byte[] name = {'u', 's', 'e', 'r', '.', 'n'};
        for (long id : new long[] {noted, inner}) {
            expect(app.run(
                    new Intent.AttributesOf(0, id),
                    new Mutation.SetExtendedAttribute(
                            0, id, name, noise(60_000), Mutation.SetExtendedAttribute.MODE_UNCHANGED),
                    id));
            expect(app.run(new Intent.AttributesOf(0, id), new Mutation.SetFlags(0, id, 0x40), id));
        }
        app.write(app.nameless(), 0, "nobody sees this");
        for (int i = 0; i < 300; i++) {
            expect(app.write(0, app.file(inner, "f" + i), 0, noise(1 + 50 * i), false));
        }
        expect(app.chmod(0, directory, 0750));
    }

    private void link(long id, long parent, String name) {
        expect(app.run(new Intent.Entries(0, parent, 0), new Mutation.Link(0, id, parent, name.getBytes(UTF_8)), id));
    }

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(bytes).nextBytes(noise);
        return noise;
    }

    @Test
    void givenObjectsOfEveryKind_whenANodeJoinsForTheFirstTime_thenItHasThemAndNothingIsComparedOrSentTwice()
            throws Exception {
        everything();
        mirror.join(a, b);
        assertEquals(a.image(), b.image());
        ReintegrationSummary summary = a.summaries().getLast();
        assertEquals(0, summary.bytesCompared(), summary.toString());
        assertEquals(306, summary.files(), summary.toString());
    }

    @ParameterizedTest
    @CsvSource({"tree.adopt, 1", "tree.adopt, 2", "tree.adopt, 5", "tree.apply-Write, 7", "tree.set-state, 40"})
    void givenSomethingTheNodeCannotDoOnce_whenItIsCopied_thenWhatWasSentWithItIsSentAgain(String operation, int after)
            throws Exception {
        everything();
        b.faults().fail(operation, after, FileSystemFailure.EIO);
        mirror.join(a, b);
        assertEquals(a.image(), b.image());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 30, 200, 305})
    void givenANodeThatDiesDuringItsFirstCopy_whenItJoinsAgain_thenItHasEverything(int after) throws Exception {
        everything();
        b.faults().crash("tree.set-state", after, () -> {
            b.crash(new Random(after));
            mirror.cut();
            return true;
        });
        mirror.beginJoin(a, b, false);
        a.awaitTold(text -> text.startsWith("failed-reintegration"));
        b.start();
        mirror.join(a, b);
        assertEquals(a.image(), b.image());
        assertTrue(b.engine().identity().usable());
    }

    @ParameterizedTest
    @CsvSource({
        "tree.read, 0",
        "tree.read, 100",
        "tree.state, 0",
        "tree.state, 100",
        "tree.state, 300",
        "tree.entries, 3"
    })
    void givenFilesThatAreWrittenReplacedAndRemovedDuringTheWalk_thenTheCopiesAreEqual(String operation, int after)
            throws Exception {
        everything();
        long directory = lookup(StableId.ROOT, "d");
        long inner = lookup(directory, "e");
        long changed = lookup(inner, "f100");
        long gone = lookup(inner, "f200");
        a.faults().meanwhile(operation, after, () -> {
            app.write(changed, 10, "changed");
            expect(app.remove(0, inner, "f200", gone, false));
            app.write(app.file(inner, "f200"), 0, "another");
            link(changed, directory, "linked");
        });
        mirror.join(a, b);
        assertEquals(a.image(), b.image());
    }

    private long lookup(long parent, String name) {
        return app.tree(0).lookup(parent, name.getBytes(UTF_8)).orElseThrow();
    }
}
