package dev.lockstep.it.demo;

import dev.lockstep.it.app.Journal;
import dev.lockstep.it.app.JournalClient;
import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Mirror;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.kit.Patience;
import dev.lockstep.it.kit.Site;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.Random;

/** The acts of the demo, in order. */
final class Play implements AutoCloseable {
    private static final Duration SILENCE = Duration.ofSeconds(2);
    private static final int ARCHIVE_FILES = 48;
    private static final int ARCHIVE_FILE = 1 << 20;

    private final Cluster cluster;
    private final Story story;
    private final Options options;
    private final Random dice;
    private final Mirror mirror;
    private final Path java;
    private final Path classes;
    private JournalClient client;
    private long takeoverMillis;
    private long reintegratedBytes;

    Play(Site site, Path installation, Options options, Story story) throws IOException {
        this.story = story;
        this.options = options;
        this.dice = new Random(options.seed());
        Path own = options.keep() ? Belongings.copy(installation, site.folder()) : installation;
        this.cluster = new Cluster(site, own);
        this.java = ProcessHandle.current().info().command().map(Path::of).orElseThrow();
        this.classes = Belongings.application(site.folder());
        this.mirror = new Mirror(site.disk() + "/data")
                .timeout(SILENCE.toMillis() + "ms")
                .journal(java, classes);
    }

    Cluster cluster() {
        return cluster;
    }

    Summary perform() throws IOException {
        story.text(
                "Lockstep demo, seed " + options.seed()
                        + ". Two servers, node1 and node2, each with its own network, mounts and"
                        + " disk\nfolder on this machine; a client on a third host writes records as fast as they are acknowledged.");
        setUp();
        firstSynchronization();
        loadAndLoss();
        returnOfTheLostNode();
        swapBack();
        return summary();
    }

    private void setUp() throws IOException {
        story.chapter("Two servers are set up");
        cluster.configure();
        story.tell("two daemons run; both know the cluster and its key");
        cluster.install(mirror);
        archive(cluster.node1());
        story.tell("the module `%s` is configured on both: %s is replicated, a node is given up after %s of silence"
                .formatted(Mirror.NAME, mirror.directory(), Story.seconds(SILENCE)));
    }

    /** Data from before, so that the first reintegration has something to do. */
    private void archive(Node node) throws IOException {
        Path archive = Files.createDirectories(node.path(mirror.directory()).resolve("archive"));
        byte[] content = new byte[ARCHIVE_FILE];
        for (int i = 0; i < ARCHIVE_FILES; i++) {
            dice.nextBytes(content);
            Files.write(archive.resolve("document-" + i), content);
        }
    }

    private void firstSynchronization() throws IOException {
        story.chapter("First reintegration");
        Node one = cluster.node1();
        Node two = cluster.node2();
        one.lockstep("prim", "-m", Mirror.NAME).expectOk();
        cluster.await(one, "ALONE Ready");
        story.tell("node1 is %s: it has the good data, the application runs there".formatted(one.view()));
        long started = System.nanoTime();
        two.lockstep("second", "-m", Mirror.NAME).expectOk();
        cluster.awaitPair(one);
        story.tell("node2 copied %d files (%s) in %s and follows now: node1 is %s, node2 is %s"
                .formatted(
                        ARCHIVE_FILES,
                        Story.bytes((long) ARCHIVE_FILES * ARCHIVE_FILE),
                        Story.seconds(Duration.ofNanos(System.nanoTime() - started)),
                        one.view(),
                        two.view()));
        boolean equal = true;
        for (int i = 0; i < ARCHIVE_FILES; i++) {
            String file = mirror.directory() + "/archive/document-" + i;
            equal &= Files.exists(two.path(file)) && Files.mismatch(one.path(file), two.path(file)) < 0;
        }
        story.promise(equal, "both nodes hold the same files");
        story.promise(readOnly(two), "the copy on node2 is read-only as long as node2 is the secondary");
    }

    private boolean readOnly(Node node) {
        try {
            Files.delete(node.path(mirror.directory() + "/archive/document-0"));
            return false;
        } catch (IOException refused) {
            return true;
        }
    }

    private void loadAndLoss() throws IOException {
        story.chapter("Replication under load");
        Node one = cluster.node1();
        Node two = cluster.node2();
        client = JournalClient.start(cluster.client(), cluster.journals());
        run(Duration.ofMillis(3000 + dice.nextInt(2000)));
        story.promise(serves(one), "the application is served by node1");

        story.chapter("The primary's daemon is killed and its host is lost");
        client.longestGap();
        int before = client.count();
        long lost = System.nanoTime();
        one.killDaemon();
        one.powerOff();
        story.tell("kill -9 of the daemon on node1, then its power is cut; %d writes were acknowledged by then"
                .formatted(before));
        await("the application to answer from node2", () -> serves(two) && client.count() > before);
        takeoverMillis = Duration.ofNanos(System.nanoTime() - lost).toMillis();
        cluster.await(two, "ALONE Ready");
        story.tell("node2 is %s and serves: the client waited %s, %s of that to be sure that node1 is gone"
                .formatted(two.view(), Story.seconds(Duration.ofMillis(takeoverMillis)), Story.seconds(SILENCE)));
        nothingIsMissing(two, "every write acknowledged before the loss is on node2");
        run(Duration.ofSeconds(2));
    }

    private void returnOfTheLostNode() throws IOException {
        story.chapter("The lost node comes back while the application goes on");
        Node one = cluster.node1();
        Node two = cluster.node2();
        int before = client.count();
        client.longestGap();
        one.powerOn();
        story.tell("node1 has power again; its daemon runs");
        long started = System.nanoTime();
        one.lockstep("start", "-m", Mirror.NAME).expectOk();
        cluster.awaitPair(two);
        reintegratedBytes = Copied.bytes(one.log());
        story.tell("node1 caught up in %s by copying %s: node2 is %s, node1 is %s"
                .formatted(
                        Story.seconds(Duration.ofNanos(System.nanoTime() - started)),
                        Story.bytes(reintegratedBytes),
                        two.view(),
                        one.view()));
        Duration gap = client.longestGap();
        story.promise(
                client.count() > before && serves(two),
                "the application went on meanwhile: " + (client.count() - before)
                        + " more writes, the longest pause was " + gap.toMillis() + " ms");
        run(Duration.ofSeconds(2));
    }

    private void swapBack() throws IOException {
        story.chapter("A swap back");
        Node one = cluster.node1();
        Node two = cluster.node2();
        client.longestGap();
        long started = System.nanoTime();
        int before = client.count();
        two.lockstep("swap", "-m", Mirror.NAME).expectOk();
        await("the application to answer from node1", () -> serves(one) && client.count() > before);
        story.tell("the application moved from node2 to node1 in %s"
                .formatted(Story.seconds(Duration.ofNanos(System.nanoTime() - started))));
        cluster.awaitPair(one);
        run(Duration.ofSeconds(2));
        client.pause(true);
        Patience.until("the client to rest", Cluster.SOON, client::resting);
        nothingIsMissing(one, "every write acknowledged so far is on node1");
        nothingIsMissing(two, "and on node2");
    }

    private Summary summary() throws IOException {
        BitSet lost = client.missing(() -> Journal.numbers(cluster.node1().path(journal())));
        lost.or(client.missing(() -> Journal.numbers(cluster.node2().path(journal()))));
        story.promise(lost.isEmpty(), "no acknowledged write is lost");
        Summary summary = new Summary(
                client.count(),
                lost.cardinality(),
                takeoverMillis,
                reintegratedBytes,
                story.broken().isEmpty());
        story.text("""

                Summary
                  acknowledged writes   %d
                  lost writes           %d
                  takeover              %s
                  reintegrated          %s
                  %s
                """.formatted(
                        summary.acknowledged(),
                        summary.lost(),
                        Story.seconds(Duration.ofMillis(takeoverMillis)),
                        Story.bytes(reintegratedBytes),
                        summary.ok() ? "every promise held" : "BROKEN: " + String.join("; ", story.broken())));
        return summary;
    }

    private String journal() {
        return mirror.directory() + "/journal";
    }

    private void nothingIsMissing(Node node, String sentence) throws IOException {
        BitSet missing = client.missing(() -> Journal.numbers(node.path(journal())));
        story.promise(missing.isEmpty(), sentence + (missing.isEmpty() ? "" : "; missing: " + missing));
    }

    private boolean serves(Node node) {
        InetSocketAddress serving = client.serving();
        return serving != null
                && serving.getAddress().getHostAddress().equals(node.host().address("office"));
    }

    /** Lets the load run and says how it goes. */
    private void run(Duration time) {
        long started = System.nanoTime();
        int before = client.count();
        await("the load to run", () -> System.nanoTime() - started > time.toNanos());
        int more = client.count() - before;
        story.tell("%d writes acknowledged so far, %d/s: each of them is on the disks it must be on"
                .formatted(
                        client.count(),
                        more
                                * 1000L
                                / Math.max(
                                        1,
                                        Duration.ofNanos(System.nanoTime() - started)
                                                .toMillis())));
    }

    private void await(String what, java.util.function.BooleanSupplier condition) {
        Patience.until(
                what,
                Cluster.SOON,
                condition,
                () -> "node1 " + cluster.node1().view() + ", node2 "
                        + cluster.node2().view());
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
        }
    }
}
