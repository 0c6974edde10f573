package dev.lockstep.mina;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import dev.lockstep.api.link.ClusterKey;
import dev.lockstep.api.link.HeartbeatTransport.Endpoint;
import dev.lockstep.mina.HeartbeatCodec.Datagram;
import dev.lockstep.mina.HeartbeatCodec.Envelope;
import dev.lockstep.mina.HeartbeatCodec.Nonce;
import dev.lockstep.mina.HeartbeatCodec.Purpose;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeartbeatCodecTest {
    private static final ClusterKey KEY = new ClusterKey(new byte[ClusterKey.LENGTH]);
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    private static final Envelope ENVELOPE = new Envelope(Purpose.PAYLOAD, new Nonce(1, 2), new Nonce(3, 4), 5);

    private final HeartbeatCodec a = new HeartbeatCodec(KEY, new Endpoint("AM", "a", "b", ANY, ANY));
    private final HeartbeatCodec b = new HeartbeatCodec(KEY, new Endpoint("AM", "b", "a", ANY, ANY));

    @Test
    void givenADatagram_whenDecoded_thenItIsWhatWasEncoded() throws Exception {
        byte[] payload = {1, 2, 3};
        ByteBuffer bytes = a.encode(ENVELOPE, payload);
        assertEquals(HeartbeatCodec.HEADER + 3 + HeartbeatCodec.MAC, bytes.remaining());
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
            byte[] bytes = a.encode(ENVELOPE, new byte[random.nextInt(100)]).array();
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
}
