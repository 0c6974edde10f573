package dev.lockstep.config;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.core.config.ClusterConfig;
import dev.lockstep.core.config.ModuleConfig;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Readings the tests begin with: one reader for all, and a cluster of two nodes on two lans. */
final class Readings {
    static final String FILE = "userconfig.xml";

    /** Two nodes, alpha and beta, on the lans office and cross. */
    static final String TWO_NODES = """
            <cluster><lans>
              <lan name="office">
                <node name="alpha" addr="10.20.0.11"/><node name="beta" addr="10.20.0.12"/>
              </lan>
              <lan name="cross">
                <node name="alpha" addr="[fd00:77::1]"/><node name="beta" addr="[fd00:77::2]"/>
              </lan>
            </lans></cluster>
            """;

    private static final ClusterReader CLUSTER_READER = new ClusterReader();
    private static final UserConfigReader READER = new UserConfigReader();

    private Readings() {}

    static ClusterReading cluster(String text) {
        return CLUSTER_READER.read(text.getBytes(StandardCharsets.UTF_8), "cluster.xml", SiteChecks.ANYWHERE);
    }

    static ClusterReading cluster(String text, SiteChecks site) {
        return CLUSTER_READER.read(text.getBytes(StandardCharsets.UTF_8), "cluster.xml", site);
    }

    static ClusterConfig twoNodes() {
        return cluster(TWO_NODES).config().orElseThrow();
    }

    /** Three nodes, alpha, beta and gamma, on office; alpha and beta on cross. */
    static ClusterConfig threeNodes() {
        return cluster("""
                <cluster><lans port="4800">
                 <lan name="office" command="on">
                  <node name="alpha" addr="10.20.0.11"/><node name="beta" addr="10.20.0.12"/>
                  <node name="gamma" addr="10.20.0.13"/>
                 </lan>
                 <lan name="cross"><node name="alpha" addr="[fd00:77::1]"/><node name="beta" addr="[fd00:77::2]"/></lan>
                </lans></cluster>
                """).config().orElseThrow();
    }

    static ModuleContext context() {
        return ModuleContext.of("ledger", twoNodes());
    }

    static ModuleReading read(String text) {
        return read(text, context());
    }

    static ModuleReading read(String text, ModuleContext context) {
        return READER.read(text.getBytes(StandardCharsets.UTF_8), FILE, context);
    }

    static ModuleReading readBytes(byte[] bytes) {
        return READER.read(bytes, FILE, context());
    }

    static ModuleReading readApplied(String text) {
        return readApplied(text, context());
    }

    static ModuleReading readApplied(String text, ModuleContext context) {
        return READER.readApplied(text.getBytes(StandardCharsets.UTF_8), "safeconf.xml", context);
    }

    /** The configuration of a file that has no error. */
    static ModuleConfig valid(String text) {
        return valid(text, context());
    }

    static ModuleConfig valid(String text, ModuleContext context) {
        var reading = read(text, context);
        assertTrue(reading.config().isPresent(), () -> "refused:\n" + lines(reading.diagnostics()));
        return reading.config().get();
    }

    /** A mirror with this inside its service. */
    static String mirror(String content) {
        return "<safe><service mode=\"mirror\"><heart><heartbeat name=\"office\"/></heart>\n" + content
                + "\n</service></safe>";
    }

    /** A farm with this inside its service. */
    static String farm(String content) {
        return "<safe><service mode=\"farm\"><farm><lan name=\"office\"/></farm>\n" + content + "\n</service></safe>";
    }

    static String lines(List<Diagnostic> diagnostics) {
        return String.join("\n", diagnostics.stream().map(Diagnostic::text).toList());
    }
}
