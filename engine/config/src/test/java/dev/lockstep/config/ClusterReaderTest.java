package dev.lockstep.config;

import static dev.lockstep.config.Mistake.error;
import static dev.lockstep.config.Mistake.info;
import static dev.lockstep.config.Mistake.warning;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** cluster.xml: what a correct one means, and what is said about a wrong one. */
class ClusterReaderTest {
    private static final String PAIR =
            "<node name=\"alpha\" addr=\"10.20.0.11\"/><node name=\"beta\" addr=\"10.20.0.12\"/>";

    @Test
    void aClusterOfThreeNodesOnTwoNetworks() {
        var cluster = Readings.threeNodes();

        assertEquals(List.of("alpha", "beta", "gamma"), List.copyOf(cluster.nodes()));
        assertEquals("office", cluster.commandLan().name());
        assertEquals("office", cluster.firstLan().name());
        assertEquals(
                "fd00:77::2",
                cluster.lan("cross").orElseThrow().node("beta").orElseThrow().addr());
    }

    @Test
    void defaultsAreApplied() {
        var cluster = Readings.twoNodes();

        assertEquals(4800, cluster.port());
        assertEquals(Duration.ofMillis(100), cluster.pulse());
        assertEquals(20, cluster.missedForLeader());
        assertEquals(10, cluster.missedForFollower());
    }

    @Test
    void theLocalAddressIsTheOneBehindTheTranslation() {
        var cluster = Readings.cluster("""
                <!DOCTYPE cluster>
                <!-- two sites -->
                <cluster><lans pulse="250ms"><lan name="wan">
                  <node name="alpha" addr="203.0.113.5" laddr="10.0.0.5"/>
                  <node name="beta" addr="beta.example"/>
                </lan></lans></cluster>
                """).config().orElseThrow();

        var lan = cluster.firstLan();
        assertEquals("10.0.0.5", lan.node("alpha").orElseThrow().localAddress());
        assertEquals("beta.example", lan.node("beta").orElseThrow().localAddress());
        assertEquals(Duration.ofMillis(250), cluster.pulse());
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("MISTAKES")
    void mistakes(Mistake mistake) {
        mistake.assertFoundIn(Readings.cluster(mistake.text(), FakeSite.ALPHA).diagnostics());
    }

    static final List<Mistake> MISTAKES = List.of(
            error("no lan", "<cluster>\n<lans/></cluster>", 2, "lans", "the cluster has no lan"),
            error("no lans", "<cluster/>", 1, "cluster", "the cluster has no lan"),
            error("root", "<klaster/>", 1, "klaster", "It begins with <cluster>"),
            error(
                    "one node",
                    lans("<lan name=\"l\">\n<node name=\"alpha\" addr=\"10.0.0.1\"/></lan>"),
                    2,
                    "lan",
                    "one node"),
            error("no node", lans("<lan name=\"l\"/>"), 2, "lan", "has no node"),
            error(
                    "no lan with all nodes",
                    lans("<lan name=\"l\">" + PAIR
                            + "</lan>\n<lan name=\"m\"><node name=\"beta\" addr=\"10.1.0.1\"/>"
                            + "<node name=\"gamma\" addr=\"10.1.0.2\"/></lan>"),
                    1,
                    "lans",
                    "no lan has all the nodes: alpha, beta, gamma"),
            error(
                    "two lans of one name",
                    lans("<lan name=\"l\">" + PAIR + "</lan>\n<lan name=\"l\">" + PAIR + "</lan>"),
                    3,
                    "lan@name",
                    "a lan named \"l\" is at line 2"),
            error(
                    "two command lans",
                    lans("<lan name=\"l\" command=\"on\">" + PAIR + "</lan>\n<lan name=\"m\" command=\"on\">" + PAIR
                            + "</lan>"),
                    3,
                    "lan@command",
                    "the lan at line 2 carries the commands already"),
            error(
                    "command lan lacks a node",
                    lans("<lan name=\"l\"><node name=\"gamma\" addr=\"10.0.0.9\"/>" + PAIR + "</lan>\n<lan name=\"m\""
                            + " command=\"on\">" + PAIR + "</lan>"),
                    3,
                    "lan@command",
                    "lacks gamma"),
            warning(
                    "first lan lacks a node",
                    lans("<lan name=\"m\">" + PAIR + "</lan>\n<lan name=\"l\"><node name=\"gamma\" addr=\"10.0.0.9\"/>"
                            + PAIR + "</lan>"),
                    2,
                    "lan",
                    "lacks gamma"),
            error(
                    "node twice",
                    lans("<lan name=\"l\">" + PAIR + "\n<node name=\"beta\" addr=\"10.20.0.13\"/></lan>"),
                    3,
                    "node@name",
                    "in this lan already, at line 2"),
            error(
                    "address twice",
                    lans("<lan name=\"l\">" + PAIR + "\n<node name=\"gamma\" addr=\"10.20.0.11\"/></lan>"),
                    3,
                    "node@addr",
                    "the address of the node \"alpha\" at line 2"),
            error(
                    "IPv6 address twice in two spellings",
                    lans("<lan name=\"l\"><node name=\"alpha\" addr=\"[fd00::1]\"/>\n"
                            + "<node name=\"beta\" addr=\"[fd00:0::1]\"/></lan>"),
                    3,
                    "node@addr",
                    "the address of the node \"alpha\""),
            error("IPv6 without brackets", node("fd00::5"), 3, "node@addr", "Write [fd00::5]"),
            error("brackets around IPv4", node("[10.0.0.1]"), 3, "node@addr", "no address"),
            error("address out of range", node("10.20.0.256"), 3, "node@addr", "no address"),
            error("unresolvable name", node("nowhere.example"), 3, "node@addr", "has no address"),
            error("empty address", node(""), 3, "node@addr", "the value is empty"),
            error(
                    "node without address",
                    lans("<lan name=\"l\">" + PAIR + "\n<node name=\"c\"/></lan>"),
                    3,
                    "node@addr",
                    "is missing"),
            error(
                    "bad node name",
                    lans("<lan name=\"l\">" + PAIR + "\n<node name=\"a,b\" addr=\"10.0.0.1\"/></lan>"),
                    3,
                    "node@name",
                    "letters, digits"),
            error(
                    "bad port",
                    "<cluster>\n<lans port=\"70000\">\n<lan name=\"l\">" + PAIR + "</lan></lans></cluster>",
                    2,
                    "lans@port",
                    "1 to 65535"),
            error(
                    "unknown attribute",
                    "<cluster>\n<lans prot=\"4800\">\n<lan name=\"l\">" + PAIR + "</lan></lans></cluster>",
                    2,
                    "lans@prot",
                    "Did you mean \"port\"?"),
            info(
                    "legacy attribute",
                    lans("<lan name=\"l\" console=\"on\">" + PAIR + "</lan>"),
                    2,
                    "lan@console",
                    "older files"));

    @Test
    void everyMistakeOfAFileIsReportedAtOnce() {
        var diagnostics = Readings.cluster("""
                <cluster>
                  <lans port="none" pulse="-1">
                    <lan name="a b">
                      <node name="alpha" addr="10.20.0.300"/>
                      <node nmae="beta" addr="fd00::1"/>
                    </lan>
                  </lans>
                </cluster>
                """).diagnostics();

        var lines = Readings.lines(diagnostics);
        assertTrue(diagnostics.size() >= 7, lines);
        assertTrue(lines.contains("cluster.xml:2:9: error: lans@port"), lines);
        assertTrue(lines.contains("cluster.xml:2:21: error: lans@pulse"), lines);
        assertTrue(lines.contains("cluster.xml:3:10: error: lan@name"), lines);
        assertTrue(lines.contains("cluster.xml:4:26: error: node@addr"), lines);
        assertTrue(lines.contains("cluster.xml:5:13: error: node@nmae"), lines);
        assertTrue(lines.contains("cluster.xml:5:25: error: node@addr"), lines);
    }

    private static String lans(String content) {
        return "<cluster><lans>\n" + content + "\n</lans></cluster>";
    }

    private static String node(String address) {
        return lans("<lan name=\"l\">" + PAIR + "\n<node name=\"gamma\" addr=\"" + address + "\"/></lan>");
    }
}
