package dev.lockstep.it.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Mirror;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.kit.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Whoever looks at a secondary, from wherever, goes on looking when it takes over; whoever wrote on a primary ends with it. */
class LivingMountIT {
    /** Holds a file and its directory open; does one thing after the other when a file of its name and number comes. */
    private static final String ONLOOKER = """
            import errno, mmap, os, sys, time
            os.chdir(sys.argv[1])
            fd = os.open('watched', os.O_RDONLY)
            mapping = mmap.mmap(fd, 0, mmap.MAP_SHARED, mmap.PROT_READ)
            def turn(number):
                while not os.path.exists('/run/%s%d' % (sys.argv[2], number)): time.sleep(0.05)
            def write():
                try:
                    out = os.open('watched', os.O_WRONLY); os.pwrite(out, b'new', 0); return 'written'
                except OSError as e: return errno.errorcode[e.errno]
            def see():
                try: return os.pread(fd, 100, 0).decode() + ' ' + mapping[:].decode() + ' ' + ' '.join(
                    name for name in sorted(os.listdir('.')) if name in ('later', 'watched'))
                except OSError as e: return errno.errorcode[e.errno]
            print(see(), write(), flush=True)
            turn(1)
            print(see(), write(), flush=True)
            turn(2)
            print(see(), write(), flush=True)
            """;

    @RegisterExtension
    static final PairExtension PAIR = PairExtension.pair(mirror -> mirror);

    private static Cluster cluster() {
        return PAIR.cluster();
    }

    private static Process look(Node node, String name, Path output, String... namespace) {
        List<String> command = new ArrayList<>(List.of(namespace));
        command.addAll(List.of("python3", "-c", ONLOOKER, PAIR.directory(), name));
        return node.host().start(Map.of(), output, command);
    }

    private static void awaitLines(Path output, List<String> expected) {
        Patience.until(
                "what is seen",
                Cluster.SOON,
                () -> lines(output).equals(expected),
                () -> lines(output).toString());
    }

    private static List<String> lines(Path output) {
        try {
            return Files.readAllLines(output);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @Test
    void whoLooksAtTheSecondaryGoesOnWhenItTakesOverAndEndsWhenItIsASecondaryAgain() throws IOException {
        Node one = cluster().node1();
        Node two = cluster().node2();
        Files.writeString(one.path(PAIR.directory() + "/watched"), "one");
        Path fromHere = Files.createTempFile("onlooker", ".out");
        Path fromApart = Files.createTempFile("onlooker-apart", ".out");
        Process here = look(two, "here", fromHere);
        Process apart = look(two, "apart", fromApart, "unshare", "-m", "--propagation", "private");
        try {
            awaitLines(fromHere, List.of("one one watched EROFS"));
            awaitLines(fromApart, List.of("one one watched EROFS"));

            one.killDaemon();
            cluster().await(two, "ALONE Ready");
            Files.writeString(two.path(PAIR.directory() + "/watched"), "two");
            Files.writeString(two.path(PAIR.directory() + "/later"), "");
            Files.createFile(two.path("/run/here1"));
            awaitLines(fromHere, List.of("one one watched EROFS", "two two later watched written"));
            Files.createFile(two.path("/run/apart1"));
            awaitLines(fromApart, List.of("one one watched EROFS", "new new later watched written"));
            assertEquals("new", Files.readString(two.path(PAIR.directory() + "/watched")));

            one.startDaemon();
            one.lockstep("start", "-m", Mirror.NAME);
            cluster().awaitPair(two);
            assertEquals("new", Files.readString(one.path(PAIR.directory() + "/watched")), "it is replicated");
            two.lockstep("swap", "-m", Mirror.NAME).expectOk();
            cluster().awaitPair(one);
            Files.createFile(two.path("/run/here2"));
            Files.createFile(two.path("/run/apart2"));
            String ended = "ENOTCONN ENOTCONN";
            awaitLines(fromHere, List.of("one one watched EROFS", "two two later watched written", ended));
            awaitLines(fromApart, List.of("one one watched EROFS", "new new later watched written", ended));
            assertEquals("new", Files.readString(one.path(PAIR.directory() + "/watched")));
        } finally {
            here.destroyForcibly();
            apart.destroyForcibly();
            Files.delete(fromHere);
            Files.delete(fromApart);
        }
    }
}
