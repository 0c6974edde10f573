package dev.lockstep.mina;

import dev.lockstep.api.link.ClusterKey;
import dev.lockstep.api.link.HeartbeatTransport;
import dev.lockstep.api.link.HeartbeatTransport.Endpoint;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;

/**
 * The datagrams of one heartbeat.
 *
 * <table><caption>A datagram; integers are big endian</caption>
 * <tr><th>offset</th><th>bytes</th><th>content</th></tr>
 * <tr><td>0</td><td>2</td><td>"LH"</td></tr>
 * <tr><td>2</td><td>1</td><td>version, 1</td></tr>
 * <tr><td>3</td><td>1</td><td>type: 0 hello (no payload), 1 payload</td></tr>
 * <tr><td>4</td><td>16</td><td>identity: the first 16 bytes of SHA-256 of "lockstep heartbeat", module, sender and
 *   receiver (see {@link KeySchedule#identity})</td></tr>
 * <tr><td>20</td><td>16</td><td>nonce of the sender's session</td></tr>
 * <tr><td>36</td><td>16</td><td>echo: the nonce the sender knows of the receiver, zero if none</td></tr>
 * <tr><td>52</td><td>8</td><td>counter, grows with every datagram of the sender</td></tr>
 * <tr><td>60</td><td>n</td><td>payload, 0 .. 1200</td></tr>
 * <tr><td>60 + n</td><td>32</td><td>HMAC-SHA256 of everything before, with HKDF(cluster key, no salt, "heartbeat",
 *   whole identity)</td></tr>
 * </table>
 *
 * <p>Encoding and decoding may run on two threads; each of them only on one.
 */
final class HeartbeatCodec {
    static final byte VERSION = 1;
    static final int HEADER = 60;
    static final int MAC = 32;
    /** Bytes of the largest datagram. */
    static final int MAX_DATAGRAM = HEADER + HeartbeatTransport.MAX_PAYLOAD + MAC;

    private static final short MAGIC = 0x4C48;
    private static final int IDENTITY = 16;
    private static final String LABEL = "heartbeat";

    private final byte[] outgoingIdentity;
    private final byte[] incomingIdentity;
    private final Mac outgoingMac;
    private final Mac incomingMac;

    /** What a datagram is for. */
    enum Purpose {
        /** Only teaches or confirms the nonces. */
        HELLO(0),
        PAYLOAD(1);

        private final byte code;

        Purpose(int code) {
            this.code = (byte) code;
        }
    }

    /** A session's random name, 16 bytes. */
    record Nonce(long high, long low) {
        static final Nonce NONE = new Nonce(0, 0);
    }

    /** What concerns the session in a datagram. */
    record Envelope(Purpose purpose, Nonce nonce, Nonce echo, long counter) {}

    /** An authentic datagram; whether it is fresh is for {@link HeartbeatSession} to say. */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Datagram(Envelope envelope, byte[] payload) {}

    HeartbeatCodec(ClusterKey key, Endpoint endpoint) {
        KeySchedule schedule = new KeySchedule(key);
        byte[] outgoing = KeySchedule.identity(LABEL, endpoint.module(), endpoint.localNode(), endpoint.peerNode());
        byte[] incoming = KeySchedule.identity(LABEL, endpoint.module(), endpoint.peerNode(), endpoint.localNode());
        this.outgoingIdentity = Arrays.copyOf(outgoing, IDENTITY);
        this.incomingIdentity = Arrays.copyOf(incoming, IDENTITY);
        this.outgoingMac = KeySchedule.hmac(schedule.derive(new byte[0], LABEL, outgoing, KeySchedule.DIGEST));
        this.incomingMac = KeySchedule.hmac(schedule.derive(new byte[0], LABEL, incoming, KeySchedule.DIGEST));
    }

    ByteBuffer encode(Envelope envelope, byte[] payload) {
        ByteBuffer datagram = ByteBuffer.allocate(HEADER + payload.length + MAC);
        datagram.putShort(MAGIC).put(VERSION).put(envelope.purpose().code);
        datagram.put(outgoingIdentity);
        datagram.putLong(envelope.nonce().high()).putLong(envelope.nonce().low());
        datagram.putLong(envelope.echo().high()).putLong(envelope.echo().low());
        datagram.putLong(envelope.counter()).put(payload);
        outgoingMac.update(datagram.array(), 0, HEADER + payload.length);
        return datagram.put(outgoingMac.doFinal()).flip();
    }

    Datagram decode(ByteBuffer datagram) throws RefusedInputException {
        int length = datagram.remaining();
        if (length < HEADER + MAC || length > MAX_DATAGRAM) {
            throw new RefusedInputException("a datagram of " + length + " bytes is not a heartbeat");
        }
        byte[] bytes = new byte[length];
        datagram.get(bytes);
        ByteBuffer fields = ByteBuffer.wrap(bytes);
        if (fields.getShort() != MAGIC) {
            throw new RefusedInputException("not a Lockstep heartbeat");
        }
        byte version = fields.get();
        if (version != VERSION) {
            throw new RefusedInputException(
                    "a heartbeat of version " + version + ", this node speaks " + VERSION + ": upgrade the older node");
        }
        byte type = fields.get();
        if (!Arrays.equals(bytes, 4, 4 + IDENTITY, incomingIdentity, 0, IDENTITY)) {
            throw new RefusedInputException("a heartbeat of another module or between other nodes");
        }
        incomingMac.update(bytes, 0, length - MAC);
        if (!MessageDigest.isEqual(Arrays.copyOfRange(bytes, length - MAC, length), incomingMac.doFinal())) {
            throw new RefusedInputException(
                    "a heartbeat that is not authentic: altered, or made with another cluster key");
        }
        boolean hello = type == Purpose.HELLO.code && length == HEADER + MAC;
        if (!hello && type != Purpose.PAYLOAD.code) {
            throw new RefusedInputException("an authentic heartbeat of the unknown type " + type);
        }
        fields.position(4 + IDENTITY);
        Envelope envelope = new Envelope(
                hello ? Purpose.HELLO : Purpose.PAYLOAD,
                new Nonce(fields.getLong(), fields.getLong()),
                new Nonce(fields.getLong(), fields.getLong()),
                fields.getLong());
        return new Datagram(envelope, Arrays.copyOfRange(bytes, HEADER, length - MAC));
    }
}
