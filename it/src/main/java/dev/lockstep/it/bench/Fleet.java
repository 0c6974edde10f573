package dev.lockstep.it.bench;

import dev.lockstep.it.kit.Checkout;
import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Commands;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.kit.Patience;
import dev.lockstep.it.kit.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Many modules from the template {@code mirror} on two nodes: what each costs while it does nothing, as the slope between few and many of
 * them, and how long a daemon takes to start.
 */
final class Fleet implements AutoCloseable {
    private static final int FEW = 1;
    private static final int MANY = 11;
    private static final int STARTED = 5;

    /** A machine with two processors brings many modules up. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** What was only needed to get there is given back by then: threads without work, and memory, which a daemon keeps for 20 s. */
    private static final Duration SETTLING = Duration.ofSeconds(25);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

    private final Site site;
    private final Cluster cluster;
    private final List<String> modules = new ArrayList<>();
    private final Set<String> equal = new HashSet<>();

    private Fleet() {
        site = Site.open("lsbench-", Path.of("/var/tmp"), false);
        Runtime.getRuntime().addShutdownHook(new Thread(site::close));
        cluster = new Cluster(site, Checkout.installation());
        cluster.configure();
    }

    /** Measures what of this is chosen. */
    static void measure(Choice choice, Figures figures) throws IOException {
        if (choice.extras().contains(Extra.IDLE)) {
            try (Fleet fleet = new Fleet()) {
                fleet.idle(choice.quick() ? Duration.ofSeconds(10) : Duration.ofSeconds(30), figures);
            }
        }
        if (choice.extras().contains(Extra.START)) {
            try (Fleet fleet = new Fleet()) {
                fleet.start(choice.rounds(), figures);
            }
        }
    }

    private void idle(Duration time, Figures figures) throws IOException {
        add(FEW);
        List<Upkeep> fewStopped = upkeep("stopped", time);
        pair(modules);
        List<Upkeep> fewPaired = upkeep("in a pair", time);
        modules.forEach(module -> stop(module));
        add(MANY - FEW);
        List<Upkeep> manyStopped = upkeep("stopped", time);
        pair(modules);
        List<Upkeep> manyPaired = upkeep("in a pair", time);
        manyStopped.getFirst().tell(figures, "idle module, stopped", fewStopped.getFirst(), MANY - FEW);
        manyPaired.getFirst().tell(figures, "idle module, primary of a pair", fewPaired.getFirst(), MANY - FEW);
        manyPaired.getLast().tell(figures, "idle module, secondary of a pair", fewPaired.getLast(), MANY - FEW);
    }

    /** Adds modules, applied and stopped. */
    private void add(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            String module = "m" + (modules.size() + 1);
            String directory = cluster.site().disk() + "/data/" + module;
            for (Node node : cluster.nodes()) {
                Files.createDirectories(node.onDisk(directory));
                node.lockstep("module", "install", "-m", module, "--set", "DIR=" + directory, "mirror")
                        .expectOk();
                node.lockstep("config", "-m", module).expectOk();
            }
            modules.add(module);
        }
        cluster.nodes().forEach(node -> awaitCovered(node));
    }

    private void awaitCovered(Node node) {
        Patience.until(node + " to cover " + modules, PATIENCE, () -> covered(node) == modules.size());
    }

    private static long covered(Node node) {
        try (Stream<String> mounts = Files.lines(Path.of("/proc/" + node.host().pid() + "/mountinfo"))) {
            return mounts.filter(line -> line.contains(" fuse.lockstep ")).count();
        } catch (IOException gone) {
            return 0;
        }
    }

    private void pair(List<String> all) {
        for (String module : all) {
            cluster.node1().lockstep("prim", "-m", module).expectOk();
            await(cluster.node1(), module, "ALONE Ready");
            cluster.node2()
                    .lockstep(equal.add(module) ? "second" : "start", "-m", module)
                    .expectOk();
        }
        for (String module : all) {
            await(cluster.node1(), module, "PRIM Ready");
            await(cluster.node2(), module, "SECOND Ready");
        }
    }

    private void stop(String module) {
        for (Node node : List.of(cluster.node2(), cluster.node1())) {
            node.lockstep("stop", "-m", module).expectOk();
            Patience.until(
                    module + " to stop on " + node,
                    PATIENCE,
                    () -> node.view(module).state().equals("STOP"));
        }
    }

    private static void await(Node node, String module, String displayed) {
        Patience.until(
                module + " to be " + displayed + " on " + node,
                PATIENCE,
                () -> node.view(module).is(displayed),
                () -> node.view(module).toString());
    }

    private List<Upkeep> upkeep(String how, Duration time) throws IOException {
        System.err.println("measuring " + modules.size() + " idle modules, " + how + " ...");
        List<Upkeep.Reading> before = new ArrayList<>();
        for (Node node : cluster.nodes()) {
            collect(pid(node));
        }
        pass(SETTLING);
        for (Node node : cluster.nodes()) {
            before.add(Upkeep.read(pid(node)));
        }
        pass(time);
        List<Upkeep> found = new ArrayList<>();
        for (Node node : cluster.nodes()) {
            found.add(Upkeep.read(pid(node)).since(before.get(found.size())));
        }
        return found;
    }

    /** What a daemon does by itself every five minutes. */
    private static void collect(long pid) {
        Commands.run(Path.of(System.getProperty("java.home"), "bin/jcmd").toString(), Long.toString(pid), "GC.run")
                .expectOk();
    }

    private static long pid(Node node) {
        return node.engine().orElseThrow().pid();
    }

    /** Time of a measurement, in which nobody asks the daemons anything. */
    private static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void start(int rounds, Figures figures) throws IOException {
        add(STARTED);
        List<Double> answers = new ArrayList<>();
        List<Double> covered = new ArrayList<>();
        List<Double> processor = new ArrayList<>();
        Node node = cluster.node1();
        cluster.node2().stopDaemon();
        // What an installation makes for itself at its first starts is there in the rounds that count.
        for (int round = -1; round < rounds; round++) {
            node.stopDaemon();
            System.err.println("starting the daemon" + (round < 0 ? " once before it counts" : "") + " ...");
            long begin = System.nanoTime();
            node.launchDaemon();
            await(
                    LOOK_AGAIN,
                    () -> modules.stream()
                            .allMatch(module -> node.view(module).state().equals("STOP")));
            double answered = (System.nanoTime() - begin) / 1e9;
            await(LOOK_AGAIN, () -> covered(node) == modules.size());
            if (round >= 0) {
                answers.add(answered);
                covered.add((System.nanoTime() - begin) / 1e9);
                processor.add(Upkeep.read(pid(node)).processorSeconds());
            }
            pass(Duration.ofSeconds(round < 0 ? 15 : 5));
        }
        String work = "daemon start, " + STARTED + " modules";
        figures.price(work, "until it answers", Figures.median(answers), "s");
        figures.price(work, "until all are covered", Figures.median(covered), "s");
        figures.price(work, "processor until then", Figures.median(processor), "s");
    }

    private static void await(Duration pause, BooleanSupplier condition) {
        Patience.until("the daemon to start", PATIENCE, () -> {
            LockSupport.parkNanos(pause.toNanos());
            return condition.getAsBoolean();
        });
    }

    @Override
    public void close() {
        site.powerOff();
    }
}
