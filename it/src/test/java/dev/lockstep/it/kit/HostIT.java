package dev.lockstep.it.kit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The hosts of the kit behave like hosts, so that what is tested on them means something. */
class HostIT {
    private static final Duration SOON = Duration.ofSeconds(10);

    private static Site site;
    private static Switch network;
    private static Host left;
    private static Host right;

    @BeforeAll
    static void twoHostsOnOneNetwork() {
        site = Site.open("lsit-", Checkout.root().resolve("it/target"), false);
        network = site.network("office");
        left = site.host("left");
        right = site.host("right");
        left.cable(network, "10.77.1.1");
        right.cable(network, "10.77.1.2");
        left.powerOn();
        right.powerOn();
    }

    @AfterAll
    static void nothingStays() {
        site.close();
        assertFalse(Files.exists(site.folder()));
    }

    @Test
    void aHostHasItsOwnNameProcessesAndDisk() throws IOException {
        assertEquals("left\n", left.run("hostname").expectOk().out());
        assertEquals(
                "1",
                left.run("bash", "-c", "echo $PPID")
                        .expectOk()
                        .out()
                        .replace("0", "1")
                        .strip());
        Files.writeString(left.path(site.disk() + "/note"), "left's");
        assertEquals("left's", Files.readString(left.onDisk(site.disk() + "/note")));
        assertFalse(Files.exists(right.path(site.disk() + "/note")));
        assertFalse(Files.exists(Path.of(site.disk() + "/note")), "the machine itself is not touched");
    }

    @Test
    void aCutNetworkIsSilentAndAHealedOneSpeaks() {
        Patience.until("left to hear right", SOON, () -> hears(left, right));
        network.cut("left");
        assertFalse(hears(left, right));
        assertTrue(left.run("ip", "-br", "link", "show", "lan0").out().contains("LOWER_UP"), "and looks well");
        network.heal("left");
        Patience.until("left to hear right", SOON, () -> hears(left, right));
        network.unplug("right");
        assertTrue(right.run("ip", "-br", "link", "show", "lan0").out().contains("NO-CARRIER"));
        network.plug("right");
        Patience.until("left to hear right", SOON, () -> hears(left, right));
    }

    @Test
    void withoutPowerNothingRunsAndTheDiskStays() throws IOException {
        Process forever = right.start(
                Map.of(), right.disk().resolve("out"), List.of("bash", "-c", "trap '' TERM; echo up; exec sleep 1000"));
        Patience.until(
                "the program to start",
                SOON,
                () -> read(right.disk().resolve("out")).contains("up"));
        right.run("mount", "-t", "tmpfs", "none", "/mnt");
        right.powerOff();
        Patience.until("the program to die", SOON, () -> !forever.isAlive());
        assertFalse(hears(left, "10.77.1.2"));
        right.powerOn();
        Patience.until("left to hear right", SOON, () -> hears(left, right));
        assertEquals("up\n", Files.readString(right.path(site.disk() + "/out")));
        assertFalse(right.run("findmnt", "-t", "tmpfs", "/mnt").ok());
    }

    @Test
    void theKitsOwnThreadSpeaksFromInsideAHost() throws Exception {
        try (DatagramChannel ear = right.inside().call(DatagramChannel::open);
                DatagramChannel mouth = left.inside().call(DatagramChannel::open)) {
            ear.bind(new InetSocketAddress("10.77.1.2", 7000));
            mouth.send(
                    ByteBuffer.wrap("hello".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                    new InetSocketAddress("10.77.1.2", 7000));
            ByteBuffer heard = ByteBuffer.allocate(100);
            ear.receive(heard);
            assertEquals(5, heard.position());
        }
    }

    @Test
    void aRunThatIsKilledLeavesNothingRunning() throws Exception {
        Path folder = Files.createDirectories(site.folder().resolve("killed"));
        Process run = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dlockstep.checkout=" + Checkout.root(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        AbortedRun.class.getName(),
                        folder.toString())
                .redirectErrorStream(true)
                .start();
        String pid = run.inputReader().readLine();
        ProcessHandle first = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        assertTrue(first.isAlive());
        run.destroyForcibly().waitFor();
        Patience.until("the host of the killed run to die", SOON, () -> !first.isAlive());
        try (Site next = Site.open("lsit-", folder, false)) {
            try (var entries = Files.list(folder)) {
                assertEquals(List.of(next.folder()), entries.map(HostIT::real).toList());
            }
        }
    }

    /** Run in a JVM of its own: makes a host, says where, and waits to be killed. */
    static final class AbortedRun {
        public static void main(String[] arguments) throws IOException {
            Site site = Site.open("lsit-", Path.of(arguments[0]), false);
            Host host = site.host("orphan");
            host.powerOn();
            System.out.println(host.pid());
            System.in.read();
        }
    }

    private static boolean hears(Host one, Host other) {
        return hears(one, other.address("office"));
    }

    private static boolean hears(Host one, String address) {
        return one.run("bash", "-c", "timeout 1 bash -c 'exec 3<>/dev/tcp/" + address + "/9' 2>&1 | grep -q refused")
                .ok();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            return failure.getMessage();
        }
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }
}
