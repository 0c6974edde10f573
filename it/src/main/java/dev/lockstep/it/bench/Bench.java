package dev.lockstep.it.bench;

import dev.lockstep.it.kit.Checkout;
import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Commands;
import dev.lockstep.it.kit.Host;
import dev.lockstep.it.kit.KitFailure;
import dev.lockstep.it.kit.Mirror;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.kit.Site;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * {@code it/bench/run}: the same works on the bare disk, through the mount without a peer, replicated, and by GlusterFS, side by side in
 * one run, each node on a slow disk of its own. Two more sides tell what is the price of two copies on one machine: what the disk alone gives
 * when two do the work at once, and what the simplest program gets that copies each block to the other node ({@link PlainCopy}).
 */
public final class Bench {
    private static final String BARE = "bare disk";
    private static final String TWICE = "bare disk, twice";
    private static final String PLAIN = "plain copy";
    private static final String ALONE = "mount, no peer";
    private static final String REPLICATED = "replicated";
    private static final String GLUSTER = "GlusterFS";
    private static final List<String> SIDES = List.of(BARE, TWICE, PLAIN, ALONE, REPLICATED, GLUSTER);

    private static final String COPIED_FILES = "20000";
    private static final Duration COPY_LIMIT = Duration.ofMinutes(5);

    private final Cluster cluster;
    private final Choice choice;
    private final Workshop workshop;
    private final Mirror mirror;
    private final String bare;
    private final Host gluster;
    private final Figures figures;

    private Bench(Cluster cluster, Choice choice, Workshop workshop, Host gluster, Figures figures) {
        this.cluster = cluster;
        this.choice = choice;
        this.workshop = workshop;
        this.gluster = gluster;
        this.figures = figures;
        this.mirror = new Mirror(cluster.site().disk() + "/data");
        this.bare = cluster.site().disk() + "/bare";
    }

    /** Measures and prints. */
    public static void main(String[] words) throws Exception {
        Choice choice;
        try {
            choice = Choice.of(words);
        } catch (IllegalArgumentException mistake) {
            System.err.println(mistake.getMessage() + "\n" + Choice.USAGE);
            System.exit(64);
            return;
        }
        Figures figures = new Figures();
        try {
            if (choice.pair()) {
                measurePair(choice, figures);
            }
            Fleet.measure(choice, figures);
            figures.print(SIDES, REPLICATED, GLUSTER);
            if (choice.json() != null) {
                Files.writeString(choice.json(), figures.json());
            }
        } catch (KitFailure failure) {
            System.err.println("The measurement cannot go on: " + failure.getMessage());
            System.exit(70);
        }
    }

    private static void measurePair(Choice choice, Figures figures) throws Exception {
        Site site = Site.open("lsbench-", Path.of("/var/tmp"), false);
        Path tools = Files.createDirectories(site.folder().resolve("tools"));
        SlowDisks slow = choice.oneDisk() ? null : new SlowDisks(tools);
        Thread cleaning = new Thread(() -> close(site, slow));
        Runtime.getRuntime().addShutdownHook(cleaning);
        if (slow != null) {
            for (String node : List.of("node1", "node2")) {
                slow.mount(site.folder().resolve(node).resolve("disk"));
            }
        }
        Cluster cluster = new Cluster(site, Checkout.installation());
        Host gluster = null;
        if (choice.gluster()) {
            System.err.println("setting up GlusterFS ...");
            gluster = Gluster.start(site, cluster.network("cross"), slow);
        } else {
            System.err.println("GlusterFS is not measured: --gluster does so, and installs it");
        }
        new Bench(cluster, choice, new Workshop(tools), gluster, figures).measure();
        // What follows is measured on a machine that does nothing else.
        Runtime.getRuntime().removeShutdownHook(cleaning);
        close(site, slow);
    }

    /** The hosts first: what runs on them uses the disks. */
    private static void close(Site site, SlowDisks slow) {
        site.powerOff();
        if (slow != null) {
            slow.close();
        }
        site.close();
    }

    private void measure() throws Exception {
        Node one = cluster.node1();
        Node two = cluster.node2();
        System.err.println("setting up a pair ...");
        cluster.configure();
        cluster.install(mirror);
        Files.createDirectories(one.host().disk().resolve("bare/second"));
        Files.createDirectories(two.host().disk().resolve("bare"));
        one.lockstep("prim", "-m", Mirror.NAME).expectOk();
        cluster.await(one, "ALONE Ready");
        for (int round = 1; round <= choice.rounds(); round++) {
            warmUp(round, ALONE);
            sides(round, ALONE);
            join(round);
            warmUp(round, REPLICATED);
            sides(round, REPLICATED);
            two.lockstep("stop", "-m", Mirror.NAME).expectOk();
            cluster.await(one, "ALONE Ready");
        }
    }

    /** The first time everything is copied. */
    private void join(int round) throws Exception {
        Node two = cluster.node2();
        if (round > 1 || !choice.copy()) {
            two.lockstep(round == 1 ? "second" : "start", "-m", Mirror.NAME).expectOk();
            cluster.awaitPair(cluster.node1());
            return;
        }
        System.err.println("copying " + COPIED_FILES + " files ...");
        Host one = cluster.node1().host();
        workshop.layOut(one, mirror.directory() + "/copied", COPIED_FILES);
        Path from = one.disk().resolve("data/copied");
        Path to = cluster.node2().host().disk().resolve("bare");
        copied("full copy, from `second` to Ready", () -> {
            two.lockstep(COPY_LIMIT, "second", "-m", Mirror.NAME).expectOk();
            cluster.await(two, "SECOND Ready", COPY_LIMIT);
            return null;
        });
        copied("rsync -a and sync", () -> run("rsync -a '" + from + "' '" + to + "/rsync'; sync -f '" + to + "'"));
        copied("cp -a and sync", () -> run("cp -a '" + from + "' '" + to + "/cp'; sync -f '" + to + "'"));
        cluster.awaitPair(cluster.node1());
        run("rm -rf '" + to + "/rsync' '" + to + "/cp'");
    }

    private void copied(String how, Callable<?> copy) throws Exception {
        Commands.run("sync").expectOk();
        long begin = System.nanoTime();
        copy.call();
        figures.copied(how, (System.nanoTime() - begin) / 1e9);
    }

    private static Object run(String script) {
        return Commands.run(COPY_LIMIT, Map.of(), List.of("bash", "-c", script)).expectOk();
    }

    /** A daemon compiles its code while it runs: what is measured is the state it is in after the first seconds of work. */
    private void warmUp(int round, String side) {
        if (round == 1) {
            for (Work work : choice.works()) {
                System.err.println("warming up: " + work.label() + ", " + side);
                workshop.measure(cluster.node1().host(), List.of(mirror.directory()), work, choice.warmUpSeconds());
            }
        }
    }

    private void sides(int round, String side) {
        Host host = cluster.node1().host();
        for (Work work : choice.works()) {
            one(work, BARE, host, List.of(bare));
            if (side.equals(REPLICATED)) {
                if (work.program() == Work.Program.FIO) {
                    one(work, TWICE, host, List.of(bare, bare + "/second"));
                }
                if (work.blockwise()) {
                    figures.add(
                            work,
                            PLAIN,
                            PlainCopy.measure(cluster, bare, work.flushes(), work.jobs(), choice.seconds()));
                }
                if (gluster != null) {
                    one(work, GLUSTER, gluster, List.of(Gluster.DIRECTORY));
                }
            }
            one(work, side, host, List.of(mirror.directory()));
            System.err.printf("round %d of %d: %s, %s%n", round, choice.rounds(), work.label(), side);
        }
    }

    private void one(Work work, String side, Host host, List<String> directories) {
        figures.add(work, side, workshop.measure(host, directories, work, choice.seconds()));
    }
}
