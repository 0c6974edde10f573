package dev.lockstep.it.mirror;

import dev.lockstep.it.kit.Checkout;
import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.KitFailure;
import dev.lockstep.it.kit.Mirror;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.kit.Site;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives each test a pair: node1 PRIM, node2 SECOND, healed, powered. Tests of one class share the hosts as long as they leave
 * them in a state that can be brought back; after a failure its logs are saved and the next test gets new hosts.
 */
public final class PairExtension implements BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    private final UnaryOperator<Mirror> settings;
    private final boolean paired;
    private Cluster cluster;
    private Mirror mirror;

    private PairExtension(UnaryOperator<Mirror> settings, boolean paired) {
        this.settings = settings;
        this.paired = paired;
    }

    /** A pair that runs the journal application. */
    public static PairExtension pair(UnaryOperator<Mirror> settings) {
        return new PairExtension(settings, true);
    }

    /** Two nodes with the module configured and never started; new ones for each test. */
    public static PairExtension neverStarted(UnaryOperator<Mirror> settings) {
        return new PairExtension(settings, false);
    }

    /** The hosts of the running test. */
    public Cluster cluster() {
        return cluster;
    }

    /** What is configured on them. */
    public Mirror mirror() {
        return mirror;
    }

    /** The replicated directory as the hosts call it. */
    public String directory() {
        return mirror.directory();
    }

    /** Applies another configuration to both nodes, both stopped, and pairs them again. */
    public void reconfigure(UnaryOperator<Mirror> change) {
        for (Node node : List.of(cluster.node2(), cluster.node1())) {
            node.lockstep("stop", "-m", Mirror.NAME);
            cluster.await(node, "STOP NotReady");
        }
        mirror = change.apply(fresh());
        cluster.install(mirror);
        cluster.pair(cluster.node1());
    }

    private Mirror fresh() {
        Path java = ProcessHandle.current().info().command().map(Path::of).orElseThrow();
        return settings.apply(new Mirror(cluster.site().disk() + "/data")
                .journal(java, Checkout.root().resolve("it/target/classes")));
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (cluster != null && !(paired && broughtBack())) {
            cluster.close();
            cluster = null;
        }
        if (cluster == null) {
            build();
        }
    }

    private void build() {
        cluster = new Cluster(Site.open("lsit-", Checkout.root().resolve("it/target"), false), Checkout.installation());
        try {
            cluster.configure();
            mirror = fresh();
            cluster.install(mirror);
            if (paired) {
                cluster.pair(cluster.node1());
            }
        } catch (RuntimeException failure) {
            cluster.collect(logs("building"));
            cluster.close();
            cluster = null;
            throw failure;
        }
    }

    private boolean broughtBack() {
        try {
            cluster.heal();
            for (Node node : cluster.nodes()) {
                if (!node.host().powered()) {
                    node.powerOn();
                } else if (!node.daemonRuns()) {
                    node.startDaemon();
                }
            }
            Node one = cluster.node1();
            Node two = cluster.node2();
            if (one.view().is("PRIM Ready") && two.view().is("SECOND Ready")) {
                return true;
            }
            for (Node node : List.of(two, one)) {
                node.lockstep("stop", "-m", Mirror.NAME);
                cluster.await(node, "STOP NotReady");
            }
            cluster.pair(one);
            return true;
        } catch (KitFailure cannot) {
            System.err.println("the hosts of the last test cannot be used again: " + cannot.getMessage());
            return false;
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (context.getExecutionException().isPresent() && cluster != null) {
            Path logs = logs(context.getRequiredTestClass().getSimpleName() + "."
                    + context.getRequiredTestMethod().getName());
            cluster.collect(logs);
            System.err.println("logs of both nodes are in " + logs);
            cluster.close();
            cluster = null;
        }
    }

    private static Path logs(String name) {
        return Checkout.root().resolve("it/target/it-logs").resolve(name);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (cluster != null) {
            cluster.close();
            cluster = null;
        }
    }
}
