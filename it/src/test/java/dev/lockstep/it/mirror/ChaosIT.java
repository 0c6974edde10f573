package dev.lockstep.it.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.it.app.Journal;
import dev.lockstep.it.app.JournalClient;
import dev.lockstep.it.files.Trees;
import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.kit.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * P1, P2, P4: faults by lot, single and one on top of another, under a client that remembers every acknowledgement. After each
 * trouble everything is healed, the pair must come together by itself, and both nodes must have all that was acknowledged. The two
 * networks are never cut at once: without an arbiter that makes two primaries, which {@link FailureIT} looks at.
 *
 * <p>{@code -Dlockstep.chaos.seeds=1,2,3 -Dlockstep.chaos.troubles=100} for a long run.
 */
class ChaosIT {
    private static final String SEEDS = "2026";
    private static final int TROUBLES = 5;
    private static final Duration RECOVERY = Duration.ofSeconds(90);
    private static final Duration WHILE_IN_TROUBLE = Duration.ofSeconds(6);

    @RegisterExtension
    static final PairExtension PAIR = PairExtension.pair(mirror -> mirror);

    private final List<String> story = new ArrayList<>();

    /** What may happen to a node. */
    private enum Fault {
        KILL {
            @Override
            void befall(Node node) {
                if (node.host().powered() && node.daemonRuns()) {
                    node.resumeDaemon();
                    node.killDaemon();
                }
            }
        },
        FREEZE {
            @Override
            void befall(Node node) {
                if (node.host().powered() && node.daemonRuns()) {
                    node.pauseDaemon();
                }
            }
        },
        POWER_OFF {
            @Override
            void befall(Node node) {
                if (node.host().powered()) {
                    node.powerOff();
                }
            }
        },
        CUT_OFFICE {
            @Override
            void befall(Node node) {
                cut("office", node);
            }
        },
        CUT_CROSS {
            @Override
            void befall(Node node) {
                cut("cross", node);
            }
        };

        abstract void befall(Node node);

        /** A network that is not cut already, the other one being whole. */
        private static void cut(String network, Node node) {
            if (node.host().powered()) {
                PAIR.cluster().heal();
                PAIR.cluster().network(network).cut(node.name());
            }
        }
    }

    static LongStream seeds() {
        return Arrays.stream(System.getProperty("lockstep.chaos.seeds", SEEDS).split(","))
                .mapToLong(Long::parseLong);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void nothingAcknowledgedIsLostAndThePairComesTogetherAgain(long seed) throws IOException {
        Cluster cluster = PAIR.cluster();
        Random lot = new Random(seed);
        try (JournalClient client = JournalClient.start(cluster.client(), cluster.journals())) {
            for (int trouble = 1; trouble <= Integer.getInteger("lockstep.chaos.troubles", TROUBLES); trouble++) {
                work(client, 20 + lot.nextInt(200));
                story.add("trouble " + trouble + ":");
                befall(lot);
                if (lot.nextBoolean()) {
                    work(client, lot.nextInt(100));
                    befall(lot);
                }
                work(client, lot.nextInt(100));
                heal();
                if (lot.nextInt(3) == 0) {
                    // on top of a reintegration that may have just begun
                    befall(lot);
                    work(client, lot.nextInt(100));
                    heal();
                }
                Node primary = awaitPair(seed);
                work(client, 50);
                rest(client);
                everythingIsThere(seed, client, primary);
                client.pause(false);
            }
        }
    }

    private void befall(Random lot) {
        Node node = PAIR.cluster().nodes().get(lot.nextInt(2));
        Fault fault = Fault.values()[lot.nextInt(Fault.values().length)];
        story.add("  " + fault + " " + node + " in " + node.view());
        fault.befall(node);
    }

    /** Lets the client get so many more acknowledgements, if it can get them. */
    private static void work(JournalClient client, int more) {
        int before = client.count();
        long deadline = System.nanoTime() + WHILE_IN_TROUBLE.toNanos();
        Patience.until(
                "a little work",
                WHILE_IN_TROUBLE.multipliedBy(2),
                () -> client.count() >= before + more || System.nanoTime() > deadline);
    }

    private void heal() {
        Cluster cluster = PAIR.cluster();
        story.add("  healed");
        for (Node node : cluster.nodes()) {
            if (!node.host().powered()) {
                node.powerOn();
            } else if (node.daemonRuns()) {
                node.resumeDaemon();
            } else {
                node.startDaemon();
            }
        }
        cluster.heal();
        startWhatIsStopped();
    }

    /** As an operator would after a boot, when the module does not start by itself. */
    private static void startWhatIsStopped() {
        for (Node node : PAIR.cluster().nodes()) {
            if (node.view().is("STOP NotReady")) {
                node.lockstep("start", "-m", "app");
            }
        }
    }

    private Node awaitPair(long seed) {
        Cluster cluster = PAIR.cluster();
        Node one = cluster.node1();
        Node two = cluster.node2();
        Patience.until(
                "a pair",
                RECOVERY,
                () -> {
                    startWhatIsStopped();
                    return isPair(one, two) || isPair(two, one);
                },
                () -> one.view() + " and " + two.view() + "\n" + told(seed));
        return one.view().is("PRIM Ready") ? one : two;
    }

    private static boolean isPair(Node primary, Node secondary) {
        return primary.view().is("PRIM Ready") && secondary.view().is("SECOND Ready");
    }

    private static void rest(JournalClient client) {
        client.pause(true);
        Patience.until("the client to rest", Cluster.SOON, client::resting);
    }

    private void everythingIsThere(long seed, JournalClient client, Node primary) throws IOException {
        BitSet missing = client.missing(() -> Journal.numbers(primary.path(PAIR.directory() + "/journal")));
        assertTrue(missing.isEmpty(), () -> "acknowledged and lost: " + missing + "\n" + told(seed));
        assertEquals(List.of(), Trees.differencesWithFilesOpen(PAIR.cluster(), PAIR.directory()), () -> told(seed));
    }

    private String told(long seed) {
        return "seed " + seed + "\n" + String.join("\n", story);
    }
}
