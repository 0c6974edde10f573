package dev.lockstep.mina;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.lockstep.api.link.ClusterKey;
import dev.lockstep.api.link.ClusterKeys;
import dev.lockstep.api.link.HeartbeatTransport.Endpoint;
import dev.lockstep.mina.HeartbeatCodec.Datagram;
import dev.lockstep.mina.HeartbeatCodec.Envelope;
import dev.lockstep.mina.HeartbeatCodec.Nonce;
import dev.lockstep.mina.HeartbeatCodec.Purpose;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeartbeatCodecTest {
    private static final ClusterKey KEY =
            new ClusterKey("one key, of thirty-two bytes 012".getBytes(StandardCharsets.US_ASCII));
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    private static final Envelope ENVELOPE = new Envelope(Purpose.PAYLOAD, new Nonce(1, 2), new Nonce(3, 4), 5);

    private final HeartbeatCodec a = new HeartbeatCodec(KEY, new Endpoint("AM", "a", "b", ANY, ANY));
    private final HeartbeatCodec b = new HeartbeatCodec(KEY, new Endpoint("AM", "b", "a", ANY, ANY));

    @Test
    void givenADatagram_whenDecoded_thenItIsWhatWasEncoded() throws Exception {
        byte[] payload = {1, 2, 3};
        ByteBuffer bytes = a.encode(ENVELOPE, payload);
        assertEquals(HeartbeatCodec.OVERHEAD + 3, bytes.remaining());
        Datagram datagram = b.decode(bytes);
        assertEquals(ENVELOPE, datagram.envelope());
        assertArrayEquals(payload, datagram.payload());
    }

    @Test
    void givenMyOwnDatagram_whenReflected_thenItIsRefused() {
        ByteBuffer bytes = a.encode(ENVELOPE, new byte[3]);
        assertThrows(RefusedInputException.class, () -> a.decode(bytes));
    }

    @Test
    void givenADatagram_whenAnyBitIsFlippedOrAnyByteCut_thenItIsRefused() {
        byte[] good = a.encode(ENVELOPE, new byte[20]).array();
        for (int bit = 0; bit < 8 * good.length; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            assertThrows(RefusedInputException.class, () -> b.decode(ByteBuffer.wrap(bad)), "bit " + bit);
        }
        for (int length = 0; length < good.length; length++) {
            byte[] cut = Arrays.copyOf(good, length);
            assertThrows(RefusedInputException.class, () -> b.decode(ByteBuffer.wrap(cut)), "length " + length);
        }
    }

    @Test
    void givenRandomMutationsOfADatagram_whenDecoded_thenTheyAreRefusedAndNothingElseIsThrown() {
        long seed = Long.getLong("seed", 1);
        Random random = new Random(seed);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = a.encode(
                            new Envelope(Purpose.PAYLOAD, new Nonce(1, 2), new Nonce(3, 4), i),
                            new byte[random.nextInt(100)])
                    .array();
            byte[] mutated = Arrays.copyOf(bytes, random.nextInt(1500));
            for (int n = random.nextInt(20); n >= 0 && mutated.length > 0; n--) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            if (Arrays.equals(bytes, mutated)) {
                continue;
            }
            try {
                b.decode(ByteBuffer.wrap(mutated));
                fail("a mutation was accepted, seed " + seed);
            } catch (RefusedInputException expected) {
                assertEquals(0, expected.getStackTrace().length);
            }
        }
    }

    @Test
    void givenTwoSessionsOfASender_whenTheyCountAlike_thenTheirDatagramsHaveNothingInCommonBehindTheHeader() {
        byte[] payload = new byte[64];
        byte[] one = a.encode(new Envelope(Purpose.PAYLOAD, new Nonce(1, 2), new Nonce(3, 4), 5), payload)
                .array();
        byte[] other = a.encode(new Envelope(Purpose.PAYLOAD, new Nonce(1, 3), new Nonce(3, 4), 5), payload)
                .array();
        int alike = 0;
        for (int i = HeartbeatCodec.HEADER; i < one.length; i++) {
            alike += one[i] == other[i] ? 1 : 0;
        }
        assertTrue(alike < 8, alike + " bytes are alike: one key was used twice with one nonce");
        assertEquals(-1, new String(one, StandardCharsets.ISO_8859_1).indexOf("\0".repeat(17)), "nothing is in clear");
    }

    @Test
    void givenTwoKeysAtATime_whenEitherIsUsed_thenItIsOpenedAndTheReceiverKnowsWhichThePeerHolds() throws Exception {
        ClusterKey next = new ClusterKey("another key, of thirty-two bytes".getBytes(StandardCharsets.US_ASCII));
        TwoKeys keys = new TwoKeys(List.of(next, KEY), KEY);
        HeartbeatCodec both = new HeartbeatCodec(keys, new Endpoint("AM", "b", "a", ANY, ANY));
        HeartbeatCodec newer = new HeartbeatCodec(next, new Endpoint("AM", "a", "b", ANY, ANY));

        assertEquals(ENVELOPE, both.decode(a.encode(ENVELOPE, new byte[3])).envelope());
        assertEquals(List.of("a"), keys.shown(KEY));
        assertEquals(ENVELOPE, both.decode(newer.encode(ENVELOPE, new byte[3])).envelope());
        assertEquals(List.of("a"), keys.shown(next));

        assertEquals(ENVELOPE, a.decode(both.encode(ENVELOPE, new byte[3])).envelope(), "sent with the key of both");
        Envelope another = new Envelope(Purpose.PAYLOAD, new Nonce(1, 2), new Nonce(3, 4), 6);
        RefusedInputException unknown =
                assertThrows(RefusedInputException.class, () -> b.decode(newer.encode(another, new byte[3])));
        assertTrue(unknown.isForeign());
    }

    private record TwoKeys(List<ClusterKey> accepted, ClusterKey used, Map<ClusterKey, List<String>> shown)
            implements ClusterKeys {
        TwoKeys(List<ClusterKey> accepted, ClusterKey used) {
            this(accepted, used, new LinkedHashMap<>());
        }

        @Override
        public ClusterKey toward(String node) {
            return used;
        }

        @Override
        public void shown(String node, ClusterKey key) {
            shown.computeIfAbsent(key, none -> new ArrayList<>()).add(node);
        }

        List<String> shown(ClusterKey key) {
            return shown.getOrDefault(key, List.of());
        }
    }
}
