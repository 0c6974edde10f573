package dev.lockstep.replication;

import static dev.lockstep.replication.kit.Application.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.api.fs.StableId;
import dev.lockstep.replication.kit.Application;
import dev.lockstep.replication.kit.MemoryNode;
import dev.lockstep.replication.kit.Mirror;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** P2: a full copy walks the trees while the application renames; nothing slips through between two directories. */
class MovingWhileWalkedTest {
    /** Three walks over at most ten objects. */
    private static final int STEPS = 30;

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

    static Stream<Arguments> moments() {
        return IntStream.range(0, STEPS)
                .boxed()
                .flatMap(step -> Stream.of("file", "directory").map(what -> Arguments.of(step, what)));
    }

    /** The one walk of a first copy lists five directories, those at the top once more, and reads three files. */
    static Stream<Arguments> momentsOfAFirstCopy() {
        return Stream.of("tree.entries", "tree.read", "tree.state", "tree.reserved")
                .flatMap(operation -> IntStream.range(0, 10)
                        .boxed()
                        .flatMap(step ->
                                Stream.of("file", "directory").map(what -> Arguments.of(operation, step, what))));
    }

    @ParameterizedTest(name = "{0} {1}, a {2}")
    @MethodSource("momentsOfAFirstCopy")
    void givenAnEmptyTarget_whenSomethingMovesDuringTheWalk_thenTheCopiesAreEqual(
            String operation, int step, String what) throws Exception {
        Runnable move = aTree(what);
        a.faults().meanwhile(operation, step, move);
        mirror.join(a, b);
        assertEquals(a.image(), b.image());
    }

    @ParameterizedTest(name = "step {0}, a {1}")
    @MethodSource("moments")
    void givenATargetWithAnOlderCopy_whenSomethingMovesDuringTheWalks_thenTheCopiesAreEqual(int step, String what)
            throws Exception {
        Runnable move = aTree(what);
        mirror.join(a, b);
        mirror.part(a, b);
        app.write(lookup("z/d/f"), 0, "newer");
        app.write(lookup("z/g"), 0, "newer");
        expect(app.remove(0, lookup("z/d"), "old", lookup("z/d/old"), false));
        app.file(lookup("z/d"), "new");
        a.faults().meanwhile("tree.walk", step, move);
        mirror.beginJoin(a, b, true);
        mirror.awaitPair(a, b);
        assertEquals(a.image(), b.image());
    }

    /** {@code a} is listed before {@code z}, so what moves from {@code z} to {@code a} in between is in neither listing. */
    private Runnable aTree(String what) {
        long one = app.directory(StableId.ROOT, "a");
        long two = app.directory(StableId.ROOT, "z");
        long directory = app.directory(two, "d");
        long below = app.file(directory, "f");
        app.write(below, 0, "content");
        app.write(app.file(directory, "old"), 0, "content");
        long file = app.file(two, "g");
        app.write(file, 0, "content");
        return () -> {
            CompletableFuture<Integer> moved = what.equals("file")
                    ? app.rename(0, two, "g", one, "g", file, 0)
                    : app.rename(0, two, "d", one, "d", directory, 0);
            expect(moved);
        };
    }

    private long lookup(String path) {
        long id = StableId.ROOT;
        for (String name : path.split("/", -1)) {
            id = app.tree(0)
                    .lookup(id, name.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                    .orElseThrow();
        }
        return id;
    }
}
