package dev.lockstep.node.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.link.ClusterKey;
import dev.lockstep.node.Refusal;
import dev.lockstep.node.net.LocalAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileClusterStoreTest {
    private static final String CLUSTER = """
            <cluster><lans><lan name="default">
              <node name="alpha" addr="10.0.0.1"/><node name="beta" addr="10.0.0.2"/>
            </lan></lans></cluster>
            """;

    @TempDir
    Path directory;

    @Test
    void withoutAConfigurationNothingIsActive() throws Exception {
        assertEquals(Optional.empty(), store("10.0.0.1").active());
        assertEquals("", store("10.0.0.1").info().signature());
    }

    @Test
    void anXmlFileMakesANewKeyThatOnlyTheOwnerCanRead() throws Exception {
        ClusterStore store = store("10.0.0.1");

        store.configure(Optional.of(xml(CLUSTER)));
        byte[] first = store.active().orElseThrow().keys().current().secret();
        store.configure(Optional.empty());
        byte[] second = store.active().orElseThrow().keys().current().secret();

        assertFalse(java.util.Arrays.equals(first, second));
        for (String file : new String[] {"cluster.key", "cluster.zip"}) {
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(
                            var("alpha").resolve("cluster").resolve(file))));
        }
    }

    @Test
    void theArchiveOfOneNodeGivesTheOtherTheSameKeyAndSignature() throws Exception {
        ClusterStore alpha = store("10.0.0.1");
        alpha.configure(Optional.of(xml(CLUSTER)));
        ClusterStore beta =
                new FileClusterStore(var("beta"), new PlainConfigurations(), local("10.0.0.2"), Optional.empty());

        beta.configure(Optional.of(var("alpha").resolve("cluster/cluster.zip")));

        assertArrayEquals(
                alpha.active().orElseThrow().keys().current().secret(),
                beta.active().orElseThrow().keys().current().secret());
        assertEquals("alpha", alpha.active().orElseThrow().localNode());
        assertEquals("beta", beta.active().orElseThrow().localNode());
        assertEquals(alpha.info().signature(), beta.info().signature());
    }

    @Test
    void namesAreTurnedIntoAddressesWhenTheyAreApplied() throws Exception {
        ClusterStore store = new FileClusterStore(
                var("alpha"), new PlainConfigurations(), LocalAddresses.SYSTEM, Optional.of("alpha"));

        store.configure(Optional.of(xml(CLUSTER.replace("10.0.0.1", "localhost"))));

        assertEquals(
                InetAddress.getByName("localhost").getHostAddress(),
                store.active()
                        .orElseThrow()
                        .config()
                        .firstLan()
                        .nodes()
                        .getFirst()
                        .addr());
    }

    @Test
    void remarksNameTheGivenFileOrTheStoredOne() throws Exception {
        ClusterStore store = store("10.0.0.1");
        Path given = xml(CLUSTER.replace("addr=\"10.0.0.2\"", "addr=\"10.0.0.2\" laddr=\"10.0.0.3\""));

        Advice remark = new Advice(List.of(), List.of("given.xml:1:1: laddr says nothing"));
        assertEquals(remark, store.check(given));
        assertEquals(remark, store.configure(Optional.of(given)));
        assertEquals(
                List.of(var("alpha").resolve("cluster/cluster.xml") + ":1:1: laddr says nothing"),
                store.configure(Optional.empty()).remarks());
    }

    @Test
    void anEditedFileCountsOnlyWhenItIsApplied() throws Exception {
        ClusterStore store = store("10.0.0.1");
        store.configure(Optional.of(xml(CLUSTER)));
        String before = store.info().signature();

        Files.writeString(var("alpha").resolve("cluster/cluster.xml"), CLUSTER.replace("10.0.0.2", "10.0.0.3"));

        assertEquals(before, store.info().signature());
        store.configure(Optional.empty());
        assertNotEquals(before, store.info().signature());
    }

    @Test
    void aRefusedConfigurationChangesNothing() throws Exception {
        ClusterStore store = store("10.0.0.1");
        store.configure(Optional.of(xml(CLUSTER)));
        byte[] key = store.active().orElseThrow().keys().current().secret();

        assertThrows(Refusal.class, () -> store.configure(Optional.of(xml("broken"))));
        assertThrows(Refusal.class, () -> store.configure(Optional.of(xml(CLUSTER.replace("10.0.0.1", "10.9.9.9")))));
        store.lock(true);
        assertTrue(store.info().locked());
        assertEquals(
                Refusal.Kind.STATE,
                assertThrows(Refusal.class, () -> store.configure(Optional.of(xml(CLUSTER))))
                        .kind());
        store.lock(false);

        assertArrayEquals(key, store.active().orElseThrow().keys().current().secret());
        store.configure(Optional.of(xml(CLUSTER)));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            10.0.0.1,          '',    alpha, ''
            10.0.0.2,          '',    beta,  ''
            10.0.0.9,          beta,  beta,  ''
            10.0.0.9,          '',    '',    'none of the addresses is configured here'
            10.0.0.9,          gamma, '',    'which the cluster does not have'
            10.0.0.1 10.0.0.2, '',    '',    'more than one node'
            """)
    void theNodeIsTheOneWithAnAddressOfThisHostUnlessItIsNamed(
            String addresses, String named, String node, String refusal) throws Exception {
        ClusterStore store = new FileClusterStore(
                var("alpha"),
                new PlainConfigurations(),
                local(addresses.split(" ")),
                Optional.of(named).filter(name -> !name.isEmpty()));

        List<String> warnings = store.check(xml(CLUSTER)).warnings();

        if (refusal.isEmpty()) {
            assertEquals(List.of(), warnings);
            store.configure(Optional.of(xml(CLUSTER)));
            assertEquals(node, store.active().orElseThrow().localNode());
        } else {
            assertEquals(1, warnings.size());
            assertTrue(warnings.getFirst().startsWith("'lockstep cluster config' will refuse this file on this host."));
            assertTrue(warnings.getFirst().contains(refusal), warnings.getFirst());
            Refusal thrown = assertThrows(Refusal.class, () -> store.configure(Optional.of(xml(CLUSTER))));
            assertTrue(thrown.getMessage().contains(refusal), thrown.getMessage());
        }
    }

    @Test
    void aKeyOfAWrongLengthIsNamed() throws Exception {
        ClusterStore store = store("10.0.0.1");
        store.configure(Optional.of(xml(CLUSTER)));
        Files.write(var("alpha").resolve("cluster/cluster.key"), new byte[31]);

        Refusal refusal = assertThrows(Refusal.class, store::active);

        assertTrue(refusal.getMessage().contains("31 bytes instead of 32"), refusal.getMessage());
    }

    @Test
    void anArchiveWithoutAKeyOrWithRubbishIsRefused() throws Exception {
        ClusterStore store = store("10.0.0.1");
        Path rubbish = Files.writeString(directory.resolve("rubbish.zip"), "not a zip");

        Refusal refusal = assertThrows(Refusal.class, () -> store.configure(Optional.of(rubbish)));

        assertTrue(refusal.text().contains("holds no cluster.xml"), refusal.text());
        assertThrows(Refusal.class, () -> store.configure(Optional.of(directory.resolve("missing.xml"))));
    }

    @Test
    void anArchiveThatWasCutAnywhereIsRefusedOrWhole() throws Exception {
        ClusterStore store = store("10.0.0.1");
        store.configure(Optional.of(xml(CLUSTER)));
        byte[] key = store.active().orElseThrow().keys().current().secret();
        byte[] whole = Files.readAllBytes(var("alpha").resolve("cluster/cluster.zip"));

        for (int length = 0; length < whole.length; length++) {
            Path cut = Files.write(directory.resolve("cut.zip"), java.util.Arrays.copyOf(whole, length));
            try {
                store.configure(Optional.of(cut));
            } catch (Refusal expected) {
                assertFalse(expected.text().isBlank());
            }
            assertArrayEquals(
                    key, store.active().orElseThrow().keys().current().secret(), "cut after " + length + " bytes");
        }
    }

    @Test
    void givenTwoNodes_whenTheKeyIsChanged_thenBothKeysAreBelievedUntilTheFormerIsRetired() throws Exception {
        ClusterStore alpha = store("10.0.0.1");
        alpha.configure(Optional.of(xml(CLUSTER)));
        ClusterStore beta =
                new FileClusterStore(var("beta"), new PlainConfigurations(), local("10.0.0.2"), Optional.empty());
        beta.configure(Optional.of(var("alpha").resolve("cluster/cluster.zip")));
        KeyRing atAlpha = alpha.active().orElseThrow().keys();
        KeyRing atBeta = beta.active().orElseThrow().keys();
        ClusterKey former = atAlpha.current();

        alpha.rekey(Optional.empty());

        assertEquals(former, atAlpha.toward("beta"), "beta does not hold the new key yet");
        assertEquals(2, atAlpha.accepted().size());
        assertThrows(Refusal.class, () -> alpha.rekey(Optional.empty()), "one change at a time");
        beta.rekey(Optional.of(var("alpha").resolve("cluster/cluster.zip")));
        atBeta.holds("alpha", atAlpha.names());
        ClusterKey next = atBeta.toward("alpha");
        assertNotEquals(former, next);
        atAlpha.shown("beta", next);
        assertEquals(next, atAlpha.toward("beta"));
        assertEquals(
                next, store("10.0.0.1").active().orElseThrow().keys().next().orElseThrow(), "kept over a restart");

        assertEquals(Advice.NONE, alpha.retireKey());
        assertTrue(beta.retireKey().warnings().isEmpty());
        assertEquals(List.of(next), atAlpha.accepted());
        assertEquals(List.of(next), atBeta.accepted());
        assertEquals(
                List.of(next), store("10.0.0.1").active().orElseThrow().keys().accepted());
        assertThrows(Refusal.class, alpha::retireKey);
    }

    @Test
    void givenAnArchiveOfAnotherClusterOrWithoutASecret_whenTheKeyIsToBeTaken_thenItIsRefused() throws Exception {
        ClusterStore alpha = store("10.0.0.1");
        alpha.configure(Optional.of(xml(CLUSTER)));
        ClusterStore other =
                new FileClusterStore(var("beta"), new PlainConfigurations(), local("10.0.0.1"), Optional.empty());
        other.configure(Optional.of(xml(CLUSTER + "<!-- another -->")));

        Refusal refusal = assertThrows(
                Refusal.class, () -> alpha.rekey(Optional.of(var("beta").resolve("cluster/cluster.zip"))));
        assertTrue(refusal.text().contains("another cluster configuration"), refusal.text());
        assertFalse(alpha.active().orElseThrow().keys().isChanging());

        Files.write(var("alpha").resolve("cluster/cluster.key"), new byte[ClusterKey.LENGTH]);
        Refusal zeros = assertThrows(Refusal.class, alpha::active);
        assertTrue(zeros.text().contains("no secret"), zeros.text());
    }

    private ClusterStore store(String address) {
        return new FileClusterStore(var("alpha"), new PlainConfigurations(), local(address), Optional.empty());
    }

    private Path var(String node) {
        return directory.resolve(node);
    }

    private Path xml(String text) throws IOException {
        return Files.writeString(directory.resolve("given.xml"), text);
    }

    private static LocalAddresses local(String... addresses) {
        Set<String> known = Set.of(addresses);
        return address -> known.contains(address.getHostAddress());
    }
}
