package dev.lockstep.it.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Mirror;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.kit.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Modules of one daemon share threads, and no module feels what holds up another one (P8). */
class ManyModulesIT {
    /** What a module that does nothing may have of its own: who reads its mount, its port and its link. */
    private static final int THREADS_OF_A_MODULE = 12;

    private static final int MORE_MODULES = 5;

    @RegisterExtension
    static final PairExtension NODES = PairExtension.neverStarted(mirror -> mirror);

    private static String disk() {
        return NODES.cluster().site().disk() + "/disk";
    }

    /** A disk of its own below the data and the state of one module; the first node can freeze it. */
    private static Mirror onADiskThatCanHang(Node node) {
        String state = node.var() + "/state/ill";
        node.host()
                .run("sh", "-c", """
                        set -e
                        mkdir -p D S
                        truncate -s 64M D.image
                        mkfs.ext4 -q D.image
                        mount -o loop D.image D
                        mkdir D/data D/state
                        mount --bind D/state S
                        """.replace("S", state).replace("D", disk()))
                .expectOk();
        return new Mirror(disk() + "/data").named("ill").hook("start_prim", """
                new File('/run/hook-hangs').createNewFile()
                while (true) {
                    sleep(60_000)
                }
                """);
    }

    @Test
    void givenAModuleWhoseDiskAndHookHang_thenItsNeighbourGoesOn() throws IOException {
        Cluster cluster = NODES.cluster();
        Node one = cluster.node1();
        Node two = cluster.node2();
        Mirror ill = onADiskThatCanHang(one);
        Mirror well = new Mirror(cluster.site().disk() + "/well")
                .named("well")
                .hook("start_prim", "note('start_prim of well')\n")
                .hook("stop_prim", "note('stop_prim of well')\n");
        cluster.install(ill);
        cluster.install(well);
        pair(well, one, two);
        one.lockstep("prim", "-m", "ill").expectOk();
        Patience.until("the hook to hang", Cluster.SOON, () -> Files.exists(one.path("/run/hook-hangs")));
        one.host().run("fsfreeze", "-f", disk()).expectOk();
        try {
            // What hangs now: a write of an application, the log and the flags of the module, the test of its disk
            Process stuck = one.host()
                    .start(
                            Map.of(),
                            one.path("/run").resolve("stuck"),
                            List.of("dd", "if=/dev/zero", "of=" + ill.directory() + "/stuck", "bs=4k", "count=1"));
            one.host()
                    .start(
                            Map.of(),
                            one.path("/run").resolve("stop.out"),
                            List.of("sh", "-c", one.commandLine().replaceFirst(".* -- ", "") + " stop -m ill"));

            // Longer than the timeout: its heartbeats go on, and the peer does not take over
            Patience.holds(
                    "the pair",
                    Duration.ofSeconds(5),
                    () -> one.view("well").is("PRIM Ready") && two.view("well").is("SECOND Ready"),
                    () -> one.view("well") + ", " + two.view("well"));

            // Commands, hooks, changes of the role, replication and the log go on
            one.lockstep("swap", "-m", "well").expectOk();
            await(two, "PRIM Ready");
            await(one, "SECOND Ready");
            Files.writeString(two.path(well.directory() + "/file"), "written meanwhile");
            two.lockstep("swap", "-m", "well").expectOk();
            await(one, "PRIM Ready");
            assertEquals("written meanwhile", Files.readString(one.path(well.directory() + "/file")));
            assertTrue(Files.readString(one.onDisk(cluster.calls())).contains("stop_prim of well"));
            String log =
                    one.lockstep("log", "-m", "well", "-s", "100").expectOk().out();
            assertTrue(log.contains("SECOND Ready"), log);
            assertTrue(stuck.isAlive(), "what waits for the ill disk still waits");
        } finally {
            one.host().run("fsfreeze", "-u", disk());
            one.host().run("umount", "-l", one.var() + "/state/ill");
            one.host().run("umount", "-l", disk());
        }
    }

    @Test
    void givenMoreModules_thenEachCostsFewThreads() {
        Cluster cluster = NODES.cluster();
        Node one = cluster.node1();
        Node two = cluster.node2();
        pair(NODES.mirror(), one, two);
        List<Mirror> more = IntStream.rangeClosed(1, MORE_MODULES)
                .mapToObj(i -> new Mirror(cluster.site().disk() + "/more" + i).named("more" + i))
                .toList();
        long before = threads(one);
        more.forEach(cluster::install);
        awaitThreads(one, before);
        more.forEach(mirror -> pair(mirror, one, two));
        awaitThreads(one, before);
    }

    private static void awaitThreads(Node node, long before) {
        long most = before + MORE_MODULES * THREADS_OF_A_MODULE;
        Patience.until(
                MORE_MODULES + " more modules to have at most " + (most - before) + " threads",
                Cluster.SOON,
                () -> threads(node) <= most,
                () -> threads(node) - before + "");
    }

    private static long threads(Node node) {
        try (Stream<Path> threads = Files.list(
                Path.of("/proc", Long.toString(node.engine().orElseThrow().pid()), "task"))) {
            return threads.count();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private static void pair(Mirror mirror, Node primary, Node secondary) {
        primary.lockstep("prim", "-m", mirror.name()).expectOk();
        await(mirror.name(), primary, "ALONE Ready");
        secondary.lockstep("second", "-m", mirror.name()).expectOk();
        await(mirror.name(), secondary, "SECOND Ready");
        await(mirror.name(), primary, "PRIM Ready");
    }

    private static void await(Node node, String displayed) {
        await("well", node, displayed);
    }

    private static void await(String module, Node node, String displayed) {
        Patience.until(
                module + " on " + node + " to be " + displayed,
                Cluster.SOON,
                () -> node.view(module).is(displayed),
                () -> node.view(module).toString());
    }
}
