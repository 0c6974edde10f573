package dev.lockstep.replication;

import static dev.lockstep.replication.kit.Application.expect;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.api.fs.StableId;
import dev.lockstep.replication.kit.Application;
import dev.lockstep.replication.kit.MemoryNode;
import dev.lockstep.replication.kit.Mirror;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that were made without a name (O_TMPFILE) and get one, or not, around a reintegration. */
class NamelessFilesTest {
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

    @Test
    void givenFilesWithoutAName_whenThePeerReturns_thenItHasThemAndThoseThatGotOneOrWereGivenUp() throws Exception {
        long named = app.nameless();
        long stays = app.nameless();
        long gone = app.nameless();
        app.write(named, 0, "named");
        mirror.join(a, b);
        assertEquals(a.image(), b.image());
        app.write(stays, 0, "as a pair");
        assertEquals(a.image(), b.image());
        mirror.part(a, b);
        long directory = app.directory(StableId.ROOT, "d");
        app.write(named, 3, "changed");
        expect(app.name(named, directory, "f"));
        expect(app.giveUp(gone));
        long late = app.nameless();
        app.write(late, 0, "made while alone");
        long lateNamed = app.nameless();
        app.write(lateNamed, 0, "made and named while alone");
        expect(app.name(lateNamed, directory, "g"));
        mirror.join(a, b);
        assertEquals(a.image(), b.image());
        expect(app.name(late, directory, "h"));
        expect(app.giveUp(stays));
        assertEquals(a.image(), b.image());
    }

    @ParameterizedTest
    @CsvSource({
        "tree.entries, 0",
        "tree.entries, 1",
        "tree.entries, 2",
        "tree.entries, 3",
        "tree.entries, 4",
        "tree.read, 0",
        "tree.state, 0",
        "tree.reserved, 0",
        "tree.state, 1",
        "tree.state, 2"
    })
    void givenAFileThatGetsItsNameDuringAReintegration_thenThePeerHasItUnderThatName(String operation, int moment)
            throws Exception {
        long directory = app.directory(StableId.ROOT, "d");
        long file = app.nameless();
        app.write(file, 0, "content");
        a.faults().meanwhile(operation, moment, () -> {
            app.write(file, 7, " and more");
            expect(app.name(file, directory, "f"));
        });
        mirror.join(a, b);
        assertEquals(a.image(), b.image());
        assertEquals(file, b.tree(0).lookup(directory, new byte[] {'f'}).orElseThrow());
    }
}
