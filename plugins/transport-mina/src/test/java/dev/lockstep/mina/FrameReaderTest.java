package dev.lockstep.mina;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.link.ReplicationTransport;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameReaderTest {
    private static final byte[] SECRET = new byte[FrameCipher.SECRET];

    private final BufferPool pool = new BufferPool();
    private final FrameCipher sealing = new FrameCipher(SECRET);
    private final List<byte[]> frames = new ArrayList<>();
    private final FrameReader reader = new FrameReader(pool, new FrameCipher(SECRET), (type, payload) -> {
        byte[] copy = new byte[payload.remaining()];
        payload.get(copy);
        frames.add(copy);
        return true;
    });

    /** What a link makes of some data: a frame, or as many parts as they need. */
    private byte[] sealed(byte[] data) {
        List<byte[]> stream = new ArrayList<>();
        int following = FrameCipher.following(data.length);
        int begin = 0;
        int end = data.length - following * FrameCipher.PART;
        for (; following >= 0; following--) {
            stream.add(part(
                    Arrays.copyOfRange(data, begin, end),
                    following > 0 ? FrameCipher.PARTIAL : FrameCipher.DATA,
                    following));
            begin = end;
            end += FrameCipher.PART;
        }
        return concatenated(stream);
    }

    private byte[] part(byte[] payload, byte type, int following) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + FrameCipher.OVERHEAD);
        sealing.seal(ByteBuffer.wrap(payload), frame, type, following);
        return frame.array();
    }

    /** Feeds a stream in pieces as a socket would. */
    private void feed(byte[] stream, Random random, int largestPiece) throws RefusedInputException {
        int offset = 0;
        while (offset < stream.length) {
            ByteBuffer target = reader.target();
            assertTrue(target.hasRemaining(), "the reader has no room");
            int size = Math.min(Math.min(1 + random.nextInt(largestPiece), target.remaining()), stream.length - offset);
            target.put(stream, offset, size);
            offset += size;
            reader.arrived();
        }
    }

    private static byte[] concatenated(List<byte[]> parts) {
        ByteBuffer all =
                ByteBuffer.allocate(parts.stream().mapToInt(part -> part.length).sum());
        parts.forEach(all::put);
        return all.array();
    }

    @Test
    void givenFramesOfAnySize_whenTheStreamIsCutAnywhere_thenTheSameFramesComeOut() throws Exception {
        for (long seed = 0; seed < 30; seed++) {
            Random random = new Random(seed);
            frames.clear();
            List<byte[]> sent = new ArrayList<>();
            List<byte[]> stream = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                byte[] payload = new byte[random.nextInt(1 << random.nextInt(22))];
                random.nextBytes(payload);
                sent.add(payload);
                stream.add(sealed(payload));
            }
            feed(concatenated(stream), random, 1 << (1 + random.nextInt(20)));
            assertEquals(sent.size(), frames.size(), "seed " + seed);
            for (int i = 0; i < sent.size(); i++) {
                assertArrayEquals(sent.get(i), frames.get(i), "seed " + seed + " frame " + i);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-1,0",
        "2147483647,0",
        "131073,0",
        "10,0x03000000",
        "10,0x00000001",
        "10,0x01000000",
        "0,0x01000001",
        "0,0x80000000",
        "10,0x02000000",
        "0,0x02000001",
        "10,0x02000048",
        "10,0x02ffffff"
    })
    void givenAHeaderThatCannotBe_whenItArrives_thenItIsRefusedBeforeAnythingIsAllocated(int length, String kind) {
        byte[] header = ByteBuffer.allocate(8)
                .putInt(length)
                .putInt(Long.decode(kind).intValue())
                .array();
        assertThrows(RefusedInputException.class, () -> feed(header, new Random(1), 8));
    }

    @Test
    void givenTheLargestFrame_whenItArrives_thenItIsDeliveredAndItsBufferGoesBackToThePool() throws Exception {
        byte[] payload = new byte[ReplicationTransport.MAX_FRAME];
        feed(sealed(payload), new Random(1), 100_000);
        assertEquals(1, frames.size());
        assertTrue(pool.retainedBytes() >= payload.length);
    }

    @ParameterizedTest
    @CsvSource({"131072,2,0", "131072,2,2", "131072,2,3", "131071,2,1", "131072,0,0", "131071,0,0", "0,1,0"})
    void givenAPartOfThreeThatHasArrived_whenTheNextIsNotTheSecond_thenItIsRefused(int length, byte type, int following)
            throws Exception {
        feed(part(new byte[1], FrameCipher.PARTIAL, 2), new Random(1), 100);
        byte[] next = part(new byte[length], type, following);
        assertThrows(RefusedInputException.class, () -> feed(next, new Random(1), 100_000));
        assertEquals(0, frames.size());
    }

    @Test
    void givenPartsThatHaveArrived_whenTheLinkEnds_thenTheirBufferGoesBackToThePool() throws Exception {
        feed(part(new byte[1], FrameCipher.PARTIAL, 2), new Random(1), 100);
        assertEquals(0, pool.retainedBytes());
        reader.release();
        assertTrue(pool.retainedBytes() > 2 * FrameCipher.PART);
    }

    @Test
    void givenAFrameLeftOutRepeatedOrSwapped_whenItArrives_thenItIsRefused() throws Exception {
        byte[] first = sealed(new byte[10]);
        byte[] second = sealed(new byte[10]);
        byte[] third = sealed(new byte[10]);
        feed(first, new Random(1), 100);
        assertThrows(RefusedInputException.class, () -> feed(third, new Random(1), 100));
        assertThrows(RefusedInputException.class, () -> feed(first, new Random(1), 100));
        assertThrows(RefusedInputException.class, () -> feed(second, new Random(1), 100));
        assertEquals(1, frames.size());
    }

    @Test
    void givenAStreamWithRandomMutations_whenItArrives_thenOnlyFramesBeforeTheFirstMutationAreDelivered() {
        long base = Long.getLong("seed", 1);
        for (int round = 0; round < 800; round++) {
            long seed = base + round;
            Random random = new Random(seed);
            FrameCipher seal = new FrameCipher(SECRET);
            List<byte[]> delivered = new ArrayList<>();
            FrameReader target =
                    new FrameReader(pool, new FrameCipher(SECRET), (type, payload) -> delivered.add(new byte[0]));
            ByteBuffer stream = ByteBuffer.allocate(5 * (100 + FrameCipher.OVERHEAD));
            for (int i = 0; i < 5; i++) {
                seal.seal(stream.slice(stream.position(), 100 + FrameCipher.OVERHEAD), FrameCipher.DATA);
                stream.position(stream.position() + 100 + FrameCipher.OVERHEAD);
            }
            int mutated = random.nextInt(stream.capacity());
            stream.put(mutated, (byte) (stream.get(mutated) ^ (1 + random.nextInt(255))));
            target.target().put(stream.flip());
            try {
                target.arrived();
                // Only a mutated length can leave the reader waiting for more.
                int inFrame = mutated % (100 + FrameCipher.OVERHEAD);
                assertTrue(inFrame < 4, "mutation at " + inFrame + " was not noticed, seed " + seed);
            } catch (RefusedInputException expected) {
                assertEquals(0, expected.getStackTrace().length);
            }
            target.release();
            assertEquals(mutated / (100 + FrameCipher.OVERHEAD), delivered.size(), "seed " + seed);
        }
    }
}
