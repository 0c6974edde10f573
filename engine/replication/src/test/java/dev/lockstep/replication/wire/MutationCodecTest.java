package dev.lockstep.replication.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.lockstep.api.fs.Attributes;
import dev.lockstep.api.fs.ExtendedAttribute;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.api.fs.Timestamp;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** P9: what is sent is what is read; what is malformed is refused with {@link MalformedFrame} and nothing else. */
class MutationCodecTest {
    private static final int TREES = 3;
    private static final byte[] NAME = {(byte) 0xff, 'n', 'a', 'm', 'e', (byte) 0x80};

    private static final Timestamp EARLY = new Timestamp(Long.MIN_VALUE, 1);
    private static final Timestamp LATE = new Timestamp(Long.MAX_VALUE, 999_999_999);

    static Stream<Mutation> mutations() {
        Attributes attributes = new Attributes(ObjectKind.BLOCK_DEVICE, 07777, 1, 2, 3, EARLY, LATE, 0x801, 1);
        List<ExtendedAttribute> extended = List.of(
                new ExtendedAttribute("user.a".getBytes(java.nio.charset.StandardCharsets.UTF_8), new byte[300]));
        return Stream.of(
                new Mutation.Create(0, 1, NAME, 77, attributes, new byte[] {'/', 'x'}, extended),
                new Mutation.Write(1, 5, 1L << 40, ByteBuffer.wrap(new byte[] {1, 2, 3}), true, false),
                new Mutation.SetAttributes(2, 5, 63, 0644, 1000, 100, 1 << 20, LATE, EARLY, true),
                new Mutation.Allocate(0, 5, 3, 4096, 8192, true),
                new Mutation.Link(0, 5, 1, NAME),
                new Mutation.Remove(0, 1, NAME, 5, true),
                new Mutation.Rename(0, 1, NAME, 2, new byte[] {'b'}, 5, 0, Mutation.Rename.NOREPLACE),
                new Mutation.Whiteout(
                        new Mutation.Rename(0, 1, NAME, 2, new byte[] {'b'}, 5, 0, Mutation.Rename.WHITEOUT),
                        new Mutation.Create(0, 1, NAME, 78, attributes, new byte[0], extended)),
                new Mutation.SetExtendedAttribute(0, 5, NAME, new byte[65536], 0750),
                new Mutation.RemoveExtendedAttribute(0, 5, NAME),
                new Mutation.SetFlags(0, 5, 0x10),
                new Mutation.Flush(0, 1, true));
    }

    @ParameterizedTest
    @MethodSource("mutations")
    void givenAMutation_whenItTravels_thenItIsTheSame(Mutation mutation) throws MalformedFrame {
        ByteBuffer frame = frame(mutation);
        assertEquals(MutationCodec.frameSize(mutation), frame.remaining());
        FrameReader in = new FrameReader(frame);
        assertEquals(Frame.MUTATION, in.type());
        assertEquals(MutationCodec.WANT_DURABLE, in.number());
        assertEquals(0, in.i64());
        assertArrayEquals(bytes(mutation), bytes(MutationCodec.read(in, TREES)));
    }

    @ParameterizedTest
    @MethodSource("mutations")
    void givenAFrameCutAnywhere_whenItIsRead_thenItIsRefused(Mutation mutation) {
        ByteBuffer frame = frame(mutation);
        boolean anyData = mutation instanceof Mutation.Write;
        for (int length = 0; length < frame.limit() - (anyData ? 3 : 0); length++) {
            ByteBuffer cut = frame.duplicate().limit(length);
            assertThrows(MalformedFrame.class, () -> read(cut), mutation + " cut at " + length);
        }
    }

    @Test
    void givenBytesFlipped_whenTheFrameIsRead_thenItIsReadOrRefusedButNothingElseHappens() {
        long seed = Long.getLong("seed", 1);
        Random random = new Random(seed);
        List<Mutation> all = mutations().toList();
        for (int i = 0; i < 20_000; i++) {
            ByteBuffer frame = frame(all.get(random.nextInt(all.size())));
            int flips = 1 + random.nextInt(4);
            for (int f = 0; f < flips; f++) {
                frame.put(random.nextInt(Math.min(200, frame.limit())), (byte) random.nextInt());
            }
            try {
                read(frame);
            } catch (MalformedFrame expected) {
                assertEquals(MalformedFrame.class, expected.getClass());
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + " step " + i, e);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("badNames")
    void givenANameNoFileMayHave_whenTheFrameIsRead_thenItIsRefused(byte[] name) {
        assertThrows(MalformedFrame.class, () -> read(frame(new Mutation.Link(0, 5, 1, name))));
    }

    static Stream<byte[]> badNames() {
        return Stream.of(
                new byte[0],
                new byte[] {'.'},
                new byte[] {'.', '.'},
                new byte[] {'a', '/'},
                new byte[] {0},
                new byte[256]);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1_000_000_000})
    void givenNanosecondsThatAreNoPartOfASecond_whenTheFrameIsRead_thenItIsRefused(int nanos) {
        ByteBuffer frame = frame(new Mutation.SetAttributes(0, 5, 63, 0644, 1, 1, 1, EARLY, LATE, false));
        int fractionOfTheLastTime = frame.limit() - 1 - Integer.BYTES;
        frame.putInt(fractionOfTheLastTime, nanos);
        assertThrows(MalformedFrame.class, () -> read(frame));
    }

    private static Mutation read(ByteBuffer frame) throws MalformedFrame {
        FrameReader in = new FrameReader(frame);
        in.i64();
        return MutationCodec.read(in, TREES);
    }

    private static ByteBuffer frame(Mutation mutation) {
        ByteBuffer out = ByteBuffer.allocate(MutationCodec.frameSize(mutation));
        MutationCodec.put(out, mutation, MutationCodec.WANT_DURABLE);
        return out.flip();
    }

    private static byte[] bytes(Mutation mutation) {
        return frame(mutation).array();
    }
}
