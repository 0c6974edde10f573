package dev.lockstep.it.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Commands;
import dev.lockstep.it.kit.Host;
import dev.lockstep.it.kit.KitFailure;
import dev.lockstep.it.kit.Mirror;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.kit.Outcome;
import dev.lockstep.it.kit.Patience;
import dev.lockstep.it.mirror.PairExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * PostgreSQL on the replicated directory under pgbench, while the primary's daemon is killed and its host lost: every
 * transaction that a client was told to be committed is there on the other node (promise P1, as a database sees it).
 */
class PostgresIT {
    private static final Duration INSTALL = Duration.ofMinutes(3);
    private static final int CLIENTS = 4;
    private static final int BEFORE_THE_CRASH = 400;

    /** Each client counts its own transactions and writes the number with the usual bank transfer. */
    private static final String SCRIPT = """
            \\set n :n + 1
            \\set aid random(1, 100000)
            \\set delta random(-5000, 5000)
            BEGIN;
            UPDATE pgbench_accounts SET abalance = abalance + :delta WHERE aid = :aid;
            UPDATE pgbench_tellers SET tbalance = tbalance + :delta WHERE tid = 1 + :client_id;
            UPDATE pgbench_branches SET bbalance = bbalance + :delta WHERE bid = 1;
            INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (1, 1, :aid, :delta, now());
            INSERT INTO told VALUES (:client_id, :n);
            END;
            """;

    private static final Path BINARIES = binaries();

    @RegisterExtension
    static final PairExtension PAIR = PairExtension.pair(PostgresIT::hooks);

    private static Path binaries() {
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                    .max(Path::compareTo)
                    .orElseThrow();
        } catch (IOException | RuntimeException failure) {
            throw new KitFailure("PostgreSQL is not installed: apt-get install postgresql postgresql-contrib", failure);
        }
    }

    private static Mirror hooks(Mirror mirror) {
        String ctl = "runuser -u postgres -- " + BINARIES.resolve("pg_ctl") + " -D " + mirror.directory() + "/pg -w";
        String stop =
                "exec('test -e " + mirror.directory() + "/pg/postmaster.pid && " + ctl + " -m fast stop; true')\n";
        return mirror.hook(
                        "start_prim",
                        "if (new File('" + mirror.directory() + "/pg/PG_VERSION').exists()) {\n    exec('" + ctl
                                + " -l /tmp/pg-$$.log start', check: true)\n}\n")
                .hook("stop_prim", stop)
                .hook("prestart", "exec('pkill -9 -x postgres; true')\n");
    }

    @Test
    void everyTransactionToldCommittedSurvivesTheLossOfThePrimary() throws IOException {
        Cluster cluster = PAIR.cluster();
        Node one = cluster.node1();
        Node two = cluster.node2();
        install(one);
        Host client = cluster.client();
        Path folder = client.disk();
        Files.writeString(folder.resolve("script.sql"), SCRIPT);
        String server = "host=" + one.host().address("office")
                + " user=postgres dbname=postgres tcp_user_timeout=3000 keepalives_idle=1 keepalives_interval=1"
                + " keepalives_count=3";
        CompletableFuture<Outcome> bench = CompletableFuture.supplyAsync(() -> client.run(
                Duration.ofMinutes(3),
                Map.of(),
                List.of(
                        BINARIES.resolve("pgbench").toString(),
                        "-n",
                        "-c",
                        Integer.toString(CLIENTS),
                        "-T",
                        "120",
                        "-D",
                        "n=0",
                        "-l",
                        "--log-prefix=" + cluster.site().disk() + "/told",
                        "-f",
                        cluster.site().disk() + "/script.sql",
                        server)));
        Patience.until(
                BEFORE_THE_CRASH + " transactions",
                INSTALL,
                () -> bench.isDone() || count(client, one, "told") >= BEFORE_THE_CRASH,
                () -> count(client, one, "told") + " transactions");
        assertTrue(!bench.isDone(), () -> "pgbench ended early: " + bench.join());

        one.killDaemon();
        one.powerOff();
        cluster.await(two, "ALONE Ready", INSTALL);
        Outcome ended = bench.join();

        Map<Integer, Integer> told = told(folder);
        int total = told.values().stream().mapToInt(Integer::intValue).sum();
        assertTrue(total >= BEFORE_THE_CRASH, () -> "only " + total + " transactions were committed: " + ended);
        TreeSet<String> found = new TreeSet<>(List.of(
                query(client, two, "SELECT client || ' ' || n FROM told").split("\n", -1)));
        TreeSet<String> lost = new TreeSet<>();
        told.forEach((who, last) -> {
            for (int n = 1; n <= last; n++) {
                if (!found.contains(who + " " + n)) {
                    lost.add("client " + who + " transaction " + n);
                }
            }
        });
        assertEquals(new TreeSet<>(), lost, () -> "committed and lost, of " + total);
        String sums = "SELECT (SELECT sum(abalance) FROM pgbench_accounts) = (SELECT sum(delta) FROM pgbench_history)"
                + " AND (SELECT sum(bbalance) FROM pgbench_branches) = (SELECT sum(delta) FROM pgbench_history)";
        assertEquals("t", query(client, two, sums), "the books balance");

        one.powerOn();
        one.lockstep("start", "-m", Mirror.NAME).expectOk();
        cluster.awaitPair(two);
        two.lockstep("stop", "-m", Mirror.NAME).expectOk();
        cluster.await(one, "ALONE Ready", INSTALL);
        assertEquals("t", query(client, one, sums), "and on the node that came back");
    }

    private static void install(Node node) throws IOException {
        String data = PAIR.directory() + "/pg";
        Path listen = node.host().disk().resolve("pg.conf");
        Files.writeString(listen, """
                listen_addresses = '*'
                unix_socket_directories = '/tmp'
                shared_buffers = 32MB
                max_connections = 20
                """);
        String disk = PAIR.cluster().site().disk();
        shell(node, "install -d -o postgres -g postgres -m 700 " + data);
        shell(node, "runuser -u postgres -- " + BINARIES.resolve("initdb") + " -D " + data + " -A trust -U postgres");
        shell(node, "cat " + disk + "/pg.conf >> " + data + "/postgresql.conf");
        shell(node, "echo 'host all all 10.77.0.0/16 trust' >> " + data + "/pg_hba.conf");
        node.lockstep("restart", "-m", Mirror.NAME).expectOk();
        PAIR.cluster().awaitPair(node);
        Host client = PAIR.cluster().client();
        Patience.until(
                "the database to answer",
                Cluster.SOON,
                () -> !query(client, node, "SELECT 1").isEmpty());
        client.run(
                        INSTALL,
                        Map.of(),
                        List.of(
                                BINARIES.resolve("pgbench").toString(),
                                "-i",
                                "-q",
                                "-h",
                                node.host().address("office"),
                                "-U",
                                "postgres",
                                "postgres"))
                .expectOk();
        query(client, node, "CREATE TABLE told (client int, n int, PRIMARY KEY (client, n))");
    }

    private static void shell(Node node, String text) {
        node.host().run(INSTALL, Map.of(), List.of("bash", "-c", text)).expectOk();
    }

    private static int count(Host client, Node node, String table) {
        String count = query(client, node, "SELECT count(*) FROM " + table);
        return count.isEmpty() ? 0 : Integer.parseInt(count);
    }

    private static String query(Host client, Node node, String sql) {
        return client.run(
                        Commands.PATIENCE,
                        Map.of("PGCONNECT_TIMEOUT", "20"),
                        List.of(
                                BINARIES.resolve("psql").toString(),
                                "-h",
                                node.host().address("office"),
                                "-U",
                                "postgres",
                                "-Atc",
                                sql,
                                "postgres"))
                .out()
                .strip();
    }

    /** How many transactions each client was told to be committed: pgbench writes one line for each. */
    private static Map<Integer, Integer> told(Path folder) throws IOException {
        Map<Integer, Integer> told = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(path -> path.getFileName().toString().startsWith("told"))
                    .toList()) {
                for (String line : Files.readAllLines(file)) {
                    told.merge(Integer.parseInt(line.substring(0, line.indexOf(' '))), 1, Integer::sum);
                }
            }
        }
        return told;
    }
}
