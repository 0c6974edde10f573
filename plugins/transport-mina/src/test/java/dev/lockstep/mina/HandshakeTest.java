package dev.lockstep.mina;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.link.ClusterKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {
    private static final ClusterKey KEY =
            new ClusterKey("one key, of thirty-two bytes 012".getBytes(StandardCharsets.US_ASCII));

    private final Handshake.Connector connector = new Handshake.Connector(KEY, "AM", "a", "b");
    private final Handshake.Listener listener = new Handshake.Listener(KEY, "AM", "b", "a");

    @Test
    void givenTwoNodesOfOneCluster_whenTheyShakeHands_thenEachOpensWhatTheOtherSeals() throws Exception {
        Handshake.Connector.Verified verified = connector.challenged(listener.challenge(connector.hello()));
        Handshake.Session there = listener.proven(verified.proof());
        Handshake.Session here = verified.session();
        assertEquals(Handshake.HIGHEST_VERSION, here.version());
        assertEquals(Handshake.HIGHEST_VERSION, there.version());
        assertSpeaks(here.sealing(), there.opening());
        assertSpeaks(there.sealing(), here.opening());
    }

    @Test
    void givenTwoLinks_whenAFrameOfOneIsPutIntoTheOther_thenItIsRefused() throws Exception {
        Handshake.Session first =
                connector.challenged(listener.challenge(connector.hello())).session();
        Handshake.Session second =
                connector.challenged(listener.challenge(connector.hello())).session();
        ByteBuffer frame = ByteBuffer.allocate(10 + FrameCipher.OVERHEAD);
        first.sealing().seal(frame, FrameCipher.DATA);
        assertThrows(RefusedInputException.class, () -> second.opening().open(frame.duplicate()));
        assertThrows(
                RefusedInputException.class, () -> first.opening().open(frame.duplicate()), "reflected at its sender");
    }

    @Test
    void givenAnyMessage_whenAnyBitIsFlipped_thenItIsRefused() throws Exception {
        byte[] hello = connector.hello();
        for (int bit = 0; bit < 8 * hello.length; bit++) {
            byte[] bad = flipped(hello, bit);
            assertThrows(RefusedInputException.class, () -> listener.challenge(bad), "hello bit " + bit);
        }
        byte[] challenge = listener.challenge(hello);
        for (int bit = 0; bit < 8 * challenge.length; bit++) {
            byte[] bad = flipped(challenge, bit);
            assertThrows(RefusedInputException.class, () -> connector.challenged(bad), "challenge bit " + bit);
        }
        byte[] proof = connector.challenged(challenge).proof();
        for (int bit = 0; bit < 8 * proof.length; bit++) {
            byte[] bad = flipped(proof, bit);
            assertThrows(RefusedInputException.class, () -> listener.proven(bad), "proof bit " + bit);
        }
    }

    @Test
    void givenRandomMessages_whenTheyArrive_thenTheyAreRefusedAndNothingElseIsThrown() {
        long seed = Long.getLong("seed", 1);
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] hello = new byte[Handshake.HELLO_LENGTH];
            byte[] challenge = new byte[Handshake.CHALLENGE_LENGTH];
            random.nextBytes(hello);
            random.nextBytes(challenge);
            if (random.nextBoolean()) {
                System.arraycopy(connector.hello(), 0, hello, 0, random.nextInt(hello.length));
                System.arraycopy(connector.hello(), 0, challenge, 0, 4);
            }
            if (Arrays.equals(hello, connector.hello())) {
                continue; // all but the last byte were taken over, and chance completed it
            }
            assertThrows(RefusedInputException.class, () -> listener.challenge(hello), "seed " + seed);
            assertThrows(RefusedInputException.class, () -> connector.challenged(challenge), "seed " + seed);
        }
    }

    /** A newer node says that it also speaks the version of an older one. */
    @ParameterizedTest
    @CsvSource({"2,2,2", "2,3,2", "0,2,2", "1,120,2", "3,4,0", "1,1,0"})
    void givenAPeerOfAnotherVersion_whenItsRangeHasOneWeSpeak_thenThatIsChosen(byte lowest, byte highest, byte chosen)
            throws Exception {
        byte[] identity = KeySchedule.identity("link", "AM", "a", "b");
        byte[] hello = Handshake.Connector.hello(
                new KeySchedule(KEY), identity, new KeyExchange().publicValue(), lowest, highest);
        if (chosen == 0) {
            RefusedInputException refusal = assertThrows(RefusedInputException.class, () -> listener.challenge(hello));
            assertTrue(refusal.getMessage().contains(lowest + ".." + highest), refusal.getMessage());
        } else {
            assertEquals(chosen, listener.challenge(hello)[4]);
        }
    }

    /** The public values are 32 bytes from these places on; whoever changes them breaks the MAC, so the author is the key's holder. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
            })
    void givenAPublicValueOfLowOrder_whenTheHelloIsOtherwiseGood_thenItIsRefused(String value) {
        byte[] identity = KeySchedule.identity("link", "AM", "a", "b");
        byte[] hello = Handshake.Connector.hello(
                new KeySchedule(KEY), identity, HexFormat.of().parseHex(value), (byte) 2, (byte) 2);
        RefusedInputException refusal = assertThrows(RefusedInputException.class, () -> listener.challenge(hello));
        assertTrue(refusal.getMessage().contains("public value"), refusal.getMessage());
    }

    /** RFC 7748, 6.1: what we send and agree on is what everybody else does. */
    @Test
    void givenTheExchange_whenBothSidesAgree_thenTheyAgreeOnTheSameAndNobodyElseDoes() throws Exception {
        for (int i = 0; i < 200; i++) {
            KeyExchange one = new KeyExchange();
            KeyExchange other = new KeyExchange();
            byte[] agreed = one.agree(other.publicValue());
            assertArrayEquals(agreed, other.agree(one.publicValue()));
            assertFalse(Arrays.equals(agreed, new KeyExchange().agree(one.publicValue())));
        }
    }

    @Test
    void givenARecordedHandshakeAndTheClusterKey_whenTheSecretsAreDerivedWithoutTheExchange_thenTheyAreOthers()
            throws Exception {
        byte[] hello = connector.hello();
        byte[] challenge = listener.challenge(hello);
        Handshake.Session there =
                listener.proven(connector.challenged(challenge).proof());
        ByteBuffer frame = ByteBuffer.allocate(10 + FrameCipher.OVERHEAD);
        there.sealing().seal(frame, FrameCipher.DATA);
        byte[] salt = new byte[64];
        System.arraycopy(hello, 8, salt, 0, 32);
        System.arraycopy(challenge, 8, salt, 32, 32);
        MessageDigest digest = KeySchedule.sha256();
        digest.update(hello);
        digest.update(challenge, 0, Handshake.CHALLENGE_LENGTH - Handshake.PROOF_LENGTH);
        byte[] thief = new KeySchedule(KEY).derive(salt, "link to connector", digest.digest(), FrameCipher.SECRET);
        assertThrows(RefusedInputException.class, () -> new FrameCipher(thief).open(frame));
    }

    /** Pins the wire format: whoever changes it changes the version. */
    @Test
    void givenTheKeySchedule_whenComputed_thenItIsWhatTheDocumentSays() {
        byte[] identity = KeySchedule.identity("link", "AM", "a", "b");
        byte[] expected = KeySchedule.sha256()
                .digest("\0\0\0\15lockstep link\0\0\0\2AM\0\0\0\1a\0\0\0\1b".getBytes(StandardCharsets.UTF_8));
        assertArrayEquals(expected, identity);
        byte[] info = Arrays.copyOf("lockstep link hello".getBytes(StandardCharsets.UTF_8), 20 + 32);
        System.arraycopy(identity, 0, info, 20, 32);
        // HKDF by hand (RFC 5869): no salt means 32 zero bytes; one block is HMAC(prk, info + 0x01).
        byte[] prk = KeySchedule.hmac(new byte[32]).doFinal(KEY.secret());
        byte[] block = KeySchedule.hmac(prk).doFinal(Arrays.copyOf(withOne(info), info.length + 1));
        assertArrayEquals(block, new KeySchedule(KEY).derive(new byte[0], "link hello", identity, 32));
    }

    private static byte[] withOne(byte[] info) {
        byte[] result = Arrays.copyOf(info, info.length + 1);
        result[info.length] = 1;
        return result;
    }

    private static byte[] flipped(byte[] message, int bit) {
        byte[] bad = message.clone();
        bad[bit / 8] ^= (byte) (1 << bit % 8);
        return bad;
    }

    private static void assertSpeaks(FrameCipher sealing, FrameCipher opening) throws RefusedInputException {
        for (int i = 0; i < 3; i++) {
            ByteBuffer frame = ByteBuffer.allocate(5 + FrameCipher.OVERHEAD);
            frame.put(FrameCipher.HEADER, new byte[] {1, 2, 3, 4, 5});
            sealing.seal(frame, FrameCipher.DATA);
            assertEquals(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}), opening.open(frame));
        }
    }
}
