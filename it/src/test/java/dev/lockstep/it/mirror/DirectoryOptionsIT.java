package dev.lockstep.it.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What {@code rfs} and {@code replicated} may ask for: tocheck, notreplicated by path and expression, async="none", nbrei. */
class DirectoryOptionsIT {
    @RegisterExtension
    static final PairExtension PAIR = PairExtension.neverStarted(mirror -> mirror.rfs("async", "none")
            .rfs("nbrei", "3")
            .excluding("<tocheck path=\"CURRENT\"/><notreplicated path=\"cache\"/>"
                    + "<notreplicated regexpath=\".*\\.(tmp|lock)$\"/>"));

    private static Path onDisk(Node node, String name) {
        return node.onDisk(PAIR.directory() + "/" + name);
    }

    @Test
    void whatMustExistIsAskedForAndWhatIsLeftOutStaysWhereItIs() throws IOException {
        Cluster cluster = PAIR.cluster();
        Node one = cluster.node1();
        Node two = cluster.node2();
        LogReader oneSays = LogReader.of(one);

        one.lockstep("prim", "-m", "app");
        oneSays.expect("The path CURRENT that must exist before the replication starts (tocheck) is not in");
        cluster.await(one, "STOP NotReady");

        for (Node node : List.of(one, two)) {
            Path directory = node.path(PAIR.directory());
            Files.writeString(directory.resolve("CURRENT"), "mounted\n");
            Files.createDirectory(directory.resolve("cache"));
            Files.writeString(directory.resolve("cache/of"), node.name());
            Files.writeString(directory.resolve("pid.lock"), node.name());
        }
        cluster.pair(one);

        Path directory = one.path(PAIR.directory());
        Files.createDirectory(directory.resolve("a"));
        for (String name : List.of("a/kept", "a/b.tmp", "b.tmp.swap", "cache/more")) {
            Files.writeString(directory.resolve(name), name);
        }
        Files.move(directory.resolve("a/b.tmp"), directory.resolve("becomes-replicated"));
        Files.writeString(directory.resolve("CURRENT"), "second version\n");
        Files.createFile(directory.resolve("after everything else"));

        assertEquals("a/kept", Files.readString(onDisk(two, "a/kept")));
        assertEquals("b.tmp.swap", Files.readString(onDisk(two, "b.tmp.swap")));
        assertEquals("a/b.tmp", Files.readString(onDisk(two, "becomes-replicated")));
        assertEquals("second version\n", Files.readString(onDisk(two, "CURRENT")));
        assertFalse(Files.exists(onDisk(two, "a/b.tmp")));
        assertFalse(Files.exists(onDisk(two, "cache/more")));
        for (Node node : List.of(one, two)) {
            assertEquals(node.name(), Files.readString(onDisk(node, "pid.lock")));
            assertEquals(node.name(), Files.readString(onDisk(node, "cache/of")));
        }

        one.lockstep("swap", "-m", "app").expectOk();
        cluster.awaitPair(two);
        assertTrue(Files.exists(one.path(PAIR.directory() + "/cache/more")));
        assertEquals("node2", Files.readString(two.path(PAIR.directory() + "/cache/of")));
    }
}
