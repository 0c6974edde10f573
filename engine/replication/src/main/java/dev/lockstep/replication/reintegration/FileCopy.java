package dev.lockstep.replication.reintegration;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.replication.session.Answer;
import dev.lockstep.replication.wire.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Copies data of one file: whole, or by comparison. Holes stay holes. Used by one worker thread. */
final class FileCopy {
    /** Most data in one frame: small enough that progress, the bandwidth cap and the other readers stay smooth. */
    private static final int PIECE_MAX = 1024 * 1024;

    /** Data compared by one request. */
    private static final int COMPARE_MAX = 4 * 1024 * 1024;

    private static final int HEAD = 2 + 8 + 8;

    private final Sender sender;
    private final Throttle throttle;
    private final Counters counters;
    private final int packetBytes;
    private final int tree;
    private final long id;
    private final BackingTree backing;
    private final Consumer<Answer> answered;
    private final AtomicBoolean copied = new AtomicBoolean();

    /** @param answered told every answer that is not a signature */
    FileCopy(CopyTools tools, int tree, long id, Consumer<Answer> answered) {
        this.sender = tools.sender();
        this.throttle = tools.throttle();
        this.counters = tools.counters();
        this.packetBytes = tools.packetBytes();
        this.backing = tools.trees().get(tree);
        this.tree = tree;
        this.id = id;
        this.answered = answered;
    }

    /** Whether any data was sent. */
    boolean copied() {
        return copied.get();
    }

    /** Sends the data between two offsets to a file that has none there. */
    void send(long from, long to) throws IOException, InterruptedException {
        long at = from;
        while (at < to) {
            long data = backing.nextData(id, at);
            if (data < 0 || data >= to) {
                return;
            }
            long hole = Math.min(to, Math.max(data + 1, backing.nextHole(id, data)));
            sendData(data, hole);
            at = hole;
        }
    }

    /** There is no data from an offset on: what the target has there goes. */
    void clearFrom(long offset) throws IOException, InterruptedException {
        sendHole(offset, Long.MAX_VALUE - offset);
    }

    /** Compares the data between two offsets and sends what differs. */
    void compare(long from, long to) throws IOException, InterruptedException {
        long at = from;
        while (at < to) {
            long data = backing.nextData(id, at);
            long dataFrom = data < 0 ? to : Math.min(to, data);
            if (dataFrom > at) {
                sendHole(at, dataFrom - at);
                counters.bytesCompared.add(dataFrom - at);
            }
            at = dataFrom;
            if (at < to) {
                // small holes are compared as the zeros they read as: a round trip costs more
                long block = at - at % Blocks.SIZE;
                long hole = Math.min(to, Math.max(at + 1, backing.nextHole(id, at)));
                long end = Math.min(to, Math.max(hole, block + Blocks.SIZE));
                for (long part = at; part < end; part += COMPARE_MAX) {
                    comparePart(part, (int) Math.min(COMPARE_MAX, end - part));
                }
                at = end;
            }
        }
    }

    private void comparePart(long offset, int length) throws IOException, InterruptedException {
        int asked = Math.min(length, packetBytes);
        for (int done = 0; done < length; done += asked) {
            comparePacket(offset + done, Math.min(asked, length - done));
        }
    }

    private void comparePacket(long offset, int length) throws IOException, InterruptedException {
        Answer answer = sender.ask(
                Frame.SIGN,
                HEAD + 4,
                out -> out.putShort((short) tree).putLong(id).putLong(offset).putInt(length));
        if (!(answer instanceof Answer.Signatures(byte[] theirs))) {
            answered.accept(answer);
            return;
        }
        ByteBuffer data = ByteBuffer.allocateDirect(length);
        backing.read(id, offset, data);
        data.flip();
        byte[] ours = Blocks.hash(data);
        counters.bytesCompared.add(data.limit());
        int blocks = Blocks.count(data.limit());
        int block = 0;
        while (block < blocks) {
            int end = block;
            while (end < blocks && !sameBlock(ours, theirs, end)) {
                end++;
            }
            if (end > block) {
                long from = offset + (long) block * Blocks.SIZE;
                sendDifference(from, Math.min(offset + data.limit(), offset + (long) end * Blocks.SIZE));
            }
            block = end + 1;
        }
    }

    private static boolean sameBlock(byte[] ours, byte[] theirs, int block) {
        int from = block * Blocks.HASH;
        return theirs.length >= from + Blocks.HASH
                && Arrays.equals(ours, from, from + Blocks.HASH, theirs, from, from + Blocks.HASH);
    }

    private void sendDifference(long from, long to) throws IOException, InterruptedException {
        long at = from;
        while (at < to) {
            long data = backing.nextData(id, at);
            long dataFrom = data < 0 ? to : Math.min(to, data);
            if (dataFrom > at) {
                sendHole(at, dataFrom - at);
            }
            at = dataFrom;
            if (at < to) {
                long hole = Math.min(to, Math.max(at + 1, backing.nextHole(id, at)));
                sendData(at, hole);
                at = hole;
            }
        }
    }

    private void sendHole(long offset, long length) throws IOException, InterruptedException {
        sender.send(
                Frame.HOLE,
                HEAD + 8,
                out -> out.putShort((short) tree).putLong(id).putLong(offset).putLong(length),
                answered);
    }

    private void sendData(long from, long to) throws IOException, InterruptedException {
        int piece = Math.min(PIECE_MAX, packetBytes);
        for (long at = from; at < to; at += piece) {
            long offset = at;
            int length = (int) Math.min(piece, to - at);
            sender.pause(throttle.take(length));
            sender.send(Frame.DATA, HEAD + length, out -> putData(out, offset, length), answered);
            copied.set(true);
            counters.bytesCopied.add(length);
        }
    }

    /** Reads straight into the frame. A file that has become shorter gives a shorter frame. */
    private void putData(ByteBuffer out, long offset, int length) throws FileSystemFailure {
        out.putShort((short) tree).putLong(id).putLong(offset);
        int limit = out.limit();
        out.limit(out.position() + length);
        int before = out.position();
        int read = backing.read(id, offset, out);
        out.position(before + Math.max(0, read)).limit(limit);
    }
}
