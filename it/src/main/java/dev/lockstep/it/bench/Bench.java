package dev.lockstep.it.bench;

import dev.lockstep.it.kit.Checkout;
import dev.lockstep.it.kit.Cluster;
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
 * run on one disk. Both nodes of the pair share that disk and the processors, so the replicated side pays for both.
 */
public final class Bench {
    private static final String USAGE = "Usage: it/bench/run [--quick] [--json FILE]";
    private static final String BARE = "bare disk";
    private static final String ALONE = "mount, no peer";
    private static final String REPLICATED = "replicated";

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
        Files.createDirectories(one.host().disk().resolve("bare"));
        one.lockstep("prim", "-m", Mirror.NAME).expectOk();
        cluster.await(one, "ALONE Ready");
        for (int round = 1; round <= rounds; round++) {
            sides(round, ALONE);
            two.lockstep(round == 1 ? "second" : "start", "-m", Mirror.NAME).expectOk();
            cluster.awaitPair(one);
            sides(round, REPLICATED);
            two.lockstep("stop", "-m", Mirror.NAME).expectOk();
            cluster.await(one, "ALONE Ready");
        }
    }

    private void sides(int round, String side) {
        for (Work work : Work.values()) {
            one(work, BARE, bare);
            one(work, side, mirror.directory());
            System.err.printf("round %d of %d: %s, %s%n", round, rounds, work.label(), side);
        }
    }

    private void one(Work work, String side, String directory) {
        figures.computeIfAbsent(work, unseen -> new LinkedHashMap<>())
                .computeIfAbsent(side, unseen -> new ArrayList<>())
                .add(Fio.measure(cluster.node1().host(), directory, work, seconds));
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private void print() {
        System.out.printf(
                Locale.ROOT,
                "%-26s %14s %16s %14s   %s%n",
                "work",
                BARE,
                ALONE,
                REPLICATED,
                "unit (and share of the disk)");
        figures.forEach((work, sides) -> {
            double disk = median(sides.get(BARE));
            double alone = median(sides.get(ALONE));
            double replicated = median(sides.get(REPLICATED));
            System.out.printf(
                    Locale.ROOT,
                    "%-26s %14.0f %16.0f %14.0f   %s (%.2f, %.2f)%n",
                    work.label(),
                    disk,
                    alone,
                    replicated,
                    work.unit(),
                    alone / disk,
                    replicated / disk);
        });
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
