package dev.lockstep.it.bench;

import dev.lockstep.it.kit.Checkout;
import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Host;
import dev.lockstep.it.kit.KitFailure;
import dev.lockstep.it.kit.Mirror;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.kit.Site;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * {@code it/bench/run}: the same works on the bare disk, through the mount without a peer, and replicated, side by side in one
 * run on one disk. Both nodes of the pair share that disk and the processors, so the replicated side pays for both. Two more sides
 * tell what of that is the price of two copies on one machine: what the disk alone gives when two do the work at once, and what
 * the simplest program gets that copies each block to the other node ({@link PlainCopy}).
 */
public final class Bench {
    private static final String USAGE = "Usage: it/bench/run [--quick] [--json FILE]";
    private static final String BARE = "bare disk";
    private static final String TWICE = "bare disk, twice";
    private static final String PLAIN = "plain copy";
    private static final String ALONE = "mount, no peer";
    private static final String REPLICATED = "replicated";

    private static final int WARM_UP_SECONDS = 5;

    private final Cluster cluster;
    private final Mirror mirror;
    private final String bare;
    private final int rounds;
    private final int seconds;
    private final Map<Work, Map<String, List<Double>>> figures = new LinkedHashMap<>();

    private Bench(Cluster cluster, boolean quick) {
        this.cluster = cluster;
        this.mirror = new Mirror(cluster.site().disk() + "/data");
        this.bare = cluster.site().disk() + "/bare";
        this.rounds = quick ? 1 : 5;
        this.seconds = quick ? 3 : 10;
    }

    /** Measures and prints. */
    public static void main(String[] words) throws IOException {
        boolean quick = false;
        Path json = null;
        for (int i = 0; i < words.length; i++) {
            if (words[i].equals("--quick")) {
                quick = true;
            } else if (words[i].equals("--json") && i + 1 < words.length) {
                json = Path.of(words[++i]).toAbsolutePath();
            } else {
                System.err.println(USAGE);
                System.exit(64);
            }
        }
        try (Site site = Site.open("lsbench-", Path.of("/var/tmp"), false)) {
            Bench bench = new Bench(new Cluster(site, Checkout.installation()), quick);
            bench.measure();
            bench.print();
            if (json != null) {
                Files.writeString(json, bench.json());
            }
        } catch (KitFailure failure) {
            System.err.println("The measurement cannot go on: " + failure.getMessage());
            System.exit(70);
        }
    }

    private void measure() throws IOException {
        Node one = cluster.node1();
        Node two = cluster.node2();
        System.err.println("setting up a pair on one disk ...");
        cluster.configure();
        cluster.install(mirror);
        Files.createDirectories(one.host().disk().resolve("bare/second"));
        Files.createDirectories(two.host().disk().resolve("bare"));
        one.lockstep("prim", "-m", Mirror.NAME).expectOk();
        cluster.await(one, "ALONE Ready");
        for (int round = 1; round <= rounds; round++) {
            warmUp(round, ALONE);
            sides(round, ALONE);
            two.lockstep(round == 1 ? "second" : "start", "-m", Mirror.NAME).expectOk();
            cluster.awaitPair(one);
            warmUp(round, REPLICATED);
            sides(round, REPLICATED);
            two.lockstep("stop", "-m", Mirror.NAME).expectOk();
            cluster.await(one, "ALONE Ready");
        }
    }

    /** A daemon compiles its code while it runs: what is measured is the state it is in after the first seconds of work. */
    private void warmUp(int round, String side) {
        if (round == 1) {
            System.err.println("warming up: " + side);
            for (Work work : Work.values()) {
                figure(work, List.of(mirror.directory()), WARM_UP_SECONDS);
            }
        }
    }

    private void sides(int round, String side) {
        for (Work work : Work.values()) {
            one(work, BARE, List.of(bare));
            if (side.equals(REPLICATED)) {
                one(work, TWICE, List.of(bare, bare + "/second"));
                if (work.blockwise()) {
                    add(work, PLAIN, PlainCopy.measure(cluster, bare, work == Work.DURABLE_WRITE, seconds));
                }
            }
            one(work, side, List.of(mirror.directory()));
            System.err.printf("round %d of %d: %s, %s%n", round, rounds, work.label(), side);
        }
    }

    private void one(Work work, String side, List<String> directories) {
        add(work, side, figure(work, directories, seconds));
    }

    private double figure(Work work, List<String> directories, int lasting) {
        Host host = cluster.node1().host();
        return work.smallFiles()
                ? SmallFiles.measure(host, directories, work, lasting)
                : Fio.measure(host, directories, work, lasting);
    }

    private void add(Work work, String side, double value) {
        figures.computeIfAbsent(work, unseen -> new LinkedHashMap<>())
                .computeIfAbsent(side, unseen -> new ArrayList<>())
                .add(value);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private void print() {
        List<String> sides = List.of(BARE, TWICE, PLAIN, ALONE, REPLICATED);
        System.out.printf("%-24s", "work");
        sides.forEach(side -> System.out.printf(" %17s", side));
        System.out.println("   unit");
        figures.forEach((work, found) -> {
            double disk = median(found.get(BARE));
            System.out.printf("%-24s", work.label());
            sides.forEach(side ->
                    System.out.printf(" %17s", found.containsKey(side) ? share(median(found.get(side)), disk) : "-"));
            System.out.println("   " + work.unit());
        });
        System.out.println("in brackets: the share of the bare disk");
    }

    private static String share(double value, double disk) {
        return String.format(Locale.ROOT, "%.0f (%.2f)", value, value / disk);
    }

    private String json() {
        List<String> rows = new ArrayList<>();
        figures.forEach((work, sides) -> sides.forEach((side, values) -> rows.add(String.format(
                Locale.ROOT,
                "  {\"work\": \"%s\", \"side\": \"%s\", \"value\": %.1f, \"unit\": \"%s\"}",
                work.label(),
                side,
                median(values),
                work.unit()))));
        return "[\n" + String.join(",\n", rows) + "\n]\n";
    }
}
