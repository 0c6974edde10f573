package dev.lockstep.it.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Mirror;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.mirror.PairExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything an application can do to a directory tree, in random order, through the mount of the primary: it goes as on a plain
 * directory beside it, and afterwards both disks hold the same tree, bit for bit and label for label. Other seeds:
 * {@code -Dlockstep.seeds=1,2,3}.
 */
class RandomOperationsIT {
    private static final String SEEDS = "7,2026,31337";
    private static final int BURST = 400;

    @RegisterExtension
    static final PairExtension PAIR = PairExtension.pair(mirror -> mirror);

    static LongStream seeds() {
        return Arrays.stream(System.getProperty("lockstep.seeds", SEEDS).split(","))
                .mapToLong(Long::parseLong);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void aPairHoldsTheSameTreeAfterEveryBurst(long seed) throws IOException {
        try (Playground playground = new Playground(seed)) {
            for (int round = 1; round <= 4; round++) {
                playground.burst("burst " + round);
                playground.compareDisks();
            }
            playground.compareDisksWithFilesClosed();
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void whatHappensWhileTheSecondaryIsAwayAndWhileItComesBackArrives(long seed) throws IOException {
        Cluster cluster = PAIR.cluster();
        Node away = cluster.node2();
        try (Playground playground = new Playground(seed)) {
            playground.burst("as a pair");
            away.lockstep("stop", "-m", Mirror.NAME).expectOk();
            cluster.await(cluster.node1(), "ALONE Ready");
            playground.burst("after a clean stop of the secondary");
            cluster.await(away, "STOP NotReady");
            away.lockstep("start", "-m", Mirror.NAME).expectOk();
            playground.burst("during the reintegration");
            cluster.awaitPair(cluster.node1());
            playground.burst("as a pair again");
            playground.compareDisks();
            playground.compareDisksWithFilesClosed();

            away.powerOff();
            playground.burst("while the loss of the secondary is not yet noticed, and after");
            cluster.await(cluster.node1(), "ALONE Ready");
            away.powerOn();
            away.lockstep("start", "-m", Mirror.NAME).expectOk();
            playground.burst("during the reintegration after a crash");
            cluster.awaitPair(cluster.node1());
            playground.compareDisks();
            playground.compareDisksWithFilesClosed();
        }
    }

    /** A replicated tree and its model: a plain directory on the same disk to which the same is done. */
    private static final class Playground implements AutoCloseable {
        private final long seed;
        private final Burst deeds;
        private final String tree;
        private final Path model;
        private final Place subjectPlace;
        private final Place modelPlace;
        private String phase = "";

        Playground(long seed) throws IOException {
            Node primary = PAIR.cluster().node1();
            this.seed = seed;
            this.deeds = new Burst(seed);
            this.tree = Files.createTempDirectory(primary.path(PAIR.directory()), "random")
                    .getFileName()
                    .toString();
            Path subject = primary.path(PAIR.directory()).resolve(tree);
            model = Files.createDirectory(primary.host().disk().resolve("model-" + tree));
            for (Path top : List.of(subject, model)) {
                Files.setPosixFilePermissions(top, PosixFilePermissions.fromString("rwxrwxrwx"));
            }
            subjectPlace = new Place(subject.toString());
            modelPlace = new Place(model.toString());
        }

        void burst(String when) {
            phase = when;
            deeds.run(subjectPlace, modelPlace, BURST);
            assertEquals(List.of(), deeds.mismatches(), this::story);
        }

        void compareDisks() {
            assertEquals(List.of(), Trees.differencesWithFilesOpen(PAIR.cluster(), PAIR.directory()), this::story);
            TreeImage done = TreeImage.of(
                    PAIR.cluster().node1().onDisk(PAIR.directory()).resolve(tree), TreeImage.Detail.AS_DEEDS);
            assertEquals(List.of(), done.differences(TreeImage.of(model, TreeImage.Detail.AS_DEEDS)), this::story);
        }

        /** Now the times of the last writes count as well. */
        void compareDisksWithFilesClosed() throws IOException {
            subjectPlace.closeFiles();
            modelPlace.closeFiles();
            // What an operation that was acknowledged stands behind of has arrived too.
            Files.delete(Files.createFile(
                    PAIR.cluster().node1().path(PAIR.directory()).resolve(tree).resolve("after everything else")));
            assertEquals(List.of(), Trees.differences(PAIR.cluster(), PAIR.directory()), this::story);
        }

        private String story() {
            return "seed " + seed + ", " + phase + "; the last deeds:\n  " + deeds.story() + "\n";
        }

        @Override
        public void close() {
            subjectPlace.close();
            modelPlace.close();
        }
    }
}
