package dev.lockstep.mina;

import dev.lockstep.api.link.ClusterKey;
import dev.lockstep.api.link.ClusterKeys;
import dev.lockstep.api.link.HeartbeatTransport;
import dev.lockstep.api.link.HeartbeatTransport.Endpoint;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The datagrams of one heartbeat: encrypted with AES-256-GCM, with a key of the sender's session and direction.
 *
 * <table><caption>A datagram; integers are big endian</caption>
 * <tr><th>offset</th><th>bytes</th><th>content</th></tr>
 * <tr><td>0</td><td>2</td><td>"LH"</td></tr>
 * <tr><td>2</td><td>1</td><td>version, 2</td></tr>
 * <tr><td>3</td><td>1</td><td>zero</td></tr>
 * <tr><td>4</td><td>16</td><td>tag: HKDF(cluster key, no salt, "heartbeat tag", identity); tells module, sender, receiver and key to
 *   who holds the key, and nothing to others</td></tr>
 * <tr><td>20</td><td>16</td><td>nonce of the sender's session</td></tr>
 * <tr><td>36</td><td>8</td><td>counter, grows with every datagram of the sender</td></tr>
 * <tr><td>44</td><td>1</td><td>encrypted: purpose, 0 hello (no payload), 1 payload</td></tr>
 * <tr><td>45</td><td>16</td><td>encrypted: echo, the nonce the sender knows of the receiver, zero if none</td></tr>
 * <tr><td>61</td><td>n</td><td>encrypted: payload, 0 .. 1200</td></tr>
 * <tr><td>61 + n</td><td>16</td><td>GCM tag; the 44 bytes at the beginning are authenticated with it</td></tr>
 * </table>
 *
 * <p>identity = SHA-256 of "lockstep heartbeat", module, sender and receiver (see {@link KeySchedule#identity}). Key = HKDF(cluster
 * key, salt nonce, "heartbeat key", identity); the nonce of GCM is four zero bytes and the counter. No two datagrams share both: a
 * session's nonce is random and never used by another one, and its counter never repeats.
 *
 * <p>Encoding and decoding may run on two threads; each of them only on one.
 */
final class HeartbeatCodec {
    static final byte VERSION = 2;
    static final int HEADER = 44;
    static final int MAC = 16;
    /** Encrypted before the payload. */
    static final int INNER = 17;
    /** Bytes a datagram is longer than its payload. */
    static final int OVERHEAD = HEADER + INNER + MAC;
    /** Bytes of the largest datagram. */
    static final int MAX_DATAGRAM = OVERHEAD + HeartbeatTransport.MAX_PAYLOAD;

    private static final short MAGIC = 0x4C48;
    private static final int TAG_AT = 4;
    private static final int TAG = 16;
    private static final int KEY = 32;
    private static final int IV = 12;
    private static final String LABEL = "heartbeat";

    private final Endpoint endpoint;
    private final ClusterKeys keys;
    private final Side outgoing;
    private final Side incoming;

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

        private byte[] bytes() {
            return ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(high)
                    .putLong(low)
                    .array();
        }
    }

    /** What concerns the session in a datagram. */
    record Envelope(Purpose purpose, Nonce nonce, Nonce echo, long counter) {}

    /** An authentic datagram; whether it is fresh is for {@link HeartbeatSession} to say. */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Datagram(Envelope envelope, byte[] payload) {}

    HeartbeatCodec(ClusterKeys keys, Endpoint endpoint) {
        this.endpoint = endpoint;
        this.keys = keys;
        this.outgoing =
                new Side(KeySchedule.identity(LABEL, endpoint.module(), endpoint.localNode(), endpoint.peerNode()));
        this.incoming =
                new Side(KeySchedule.identity(LABEL, endpoint.module(), endpoint.peerNode(), endpoint.localNode()));
    }

    /** What is derived for one direction, from at most so many keys as there are at a time. Confined to one thread. */
    private static final class Side {
        private static final int KEYS_KEPT = 2;
        private static final int SESSIONS_KEPT = 4;

        private final byte[] identity;
        private final Map<ClusterKey, Derived> derived = bounded(KEYS_KEPT);
        private final Cipher cipher;

        Side(byte[] identity) {
            this.identity = identity;
            try {
                cipher = Cipher.getInstance("AES/GCM/NoPadding");
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("this Java runtime has no AES-GCM", e);
            }
        }

        Derived of(ClusterKey key) {
            return derived.computeIfAbsent(key, one -> new Derived(new KeySchedule(one), identity));
        }

        private static <K, V> Map<K, V> bounded(int size) {
            return new LinkedHashMap<>(2 * size, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                    return size() > size;
                }
            };
        }

        byte[] crypt(int mode, SecretKeySpec secret, byte[] header, byte[] content, int from, int length)
                throws GeneralSecurityException {
            byte[] iv = new byte[IV];
            System.arraycopy(header, HEADER - Long.BYTES, iv, IV - Long.BYTES, Long.BYTES);
            cipher.init(mode, secret, new GCMParameterSpec(Byte.SIZE * MAC, iv));
            cipher.updateAAD(header, 0, HEADER);
            return cipher.doFinal(content, from, length);
        }
    }

    /** What is derived from one key for one direction. */
    private static final class Derived {
        private final KeySchedule schedule;
        private final byte[] identity;
        private final byte[] tag;
        private final Map<Nonce, SecretKeySpec> sessions = Side.bounded(Side.SESSIONS_KEPT);

        Derived(KeySchedule schedule, byte[] identity) {
            this.schedule = schedule;
            this.identity = identity;
            this.tag = schedule.derive(new byte[0], LABEL + " tag", identity, TAG);
        }

        boolean made(byte[] datagram) {
            return Arrays.equals(datagram, TAG_AT, TAG_AT + TAG, tag, 0, TAG);
        }

        SecretKeySpec secret(Nonce nonce) {
            SecretKeySpec known = sessions.get(nonce);
            return known != null
                    ? known
                    : new SecretKeySpec(schedule.derive(nonce.bytes(), LABEL + " key", identity, KEY), "AES");
        }

        /** Kept only for nonces that were authentic: what strangers make up displaces nothing. */
        void keep(Nonce nonce, SecretKeySpec secret) {
            sessions.put(nonce, secret);
        }
    }

    ByteBuffer encode(Envelope envelope, byte[] payload) {
        Derived derived = outgoing.of(keys.toward(endpoint.peerNode()));
        byte[] header = ByteBuffer.allocate(HEADER)
                .putShort(MAGIC)
                .put(VERSION)
                .put((byte) 0)
                .put(derived.tag)
                .put(envelope.nonce().bytes())
                .putLong(envelope.counter())
                .array();
        byte[] inner = ByteBuffer.allocate(INNER + payload.length)
                .put(envelope.purpose().code)
                .put(envelope.echo().bytes())
                .put(payload)
                .array();
        SecretKeySpec secret = derived.secret(envelope.nonce());
        derived.keep(envelope.nonce(), secret);
        try {
            byte[] sealed = outgoing.crypt(Cipher.ENCRYPT_MODE, secret, header, inner, 0, inner.length);
            return ByteBuffer.allocate(HEADER + sealed.length)
                    .put(header)
                    .put(sealed)
                    .flip();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM failed to seal a heartbeat", e);
        }
    }

    /** Whether a datagram names this heartbeat: nothing is known about its author yet. */
    boolean isMeant(ByteBuffer datagram) {
        if (datagram.remaining() < HEADER) {
            return false;
        }
        byte[] start = new byte[TAG_AT + TAG];
        datagram.duplicate().get(start);
        List<ClusterKey> accepted = keys.accepted();
        synchronized (incoming) {
            return accepted.stream().anyMatch(key -> incoming.of(key).made(start));
        }
    }

    Datagram decode(ByteBuffer datagram) throws RefusedInputException {
        int length = datagram.remaining();
        if (length < OVERHEAD || length > MAX_DATAGRAM) {
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
            throw RefusedInputException.foreign(
                    "a heartbeat of version " + version + ", this node speaks " + VERSION + ": upgrade the older node");
        }
        synchronized (incoming) {
            for (ClusterKey key : keys.accepted()) {
                Derived derived = incoming.of(key);
                if (derived.made(bytes)) {
                    Datagram opened = open(derived, bytes);
                    keys.shown(endpoint.peerNode(), key);
                    return opened;
                }
            }
        }
        throw RefusedInputException.foreign(
                "a heartbeat of another module, between other nodes, or made with another cluster key");
    }

    private Datagram open(Derived derived, byte[] bytes) throws RefusedInputException {
        ByteBuffer header = ByteBuffer.wrap(bytes, TAG_AT + TAG, HEADER - TAG_AT - TAG);
        Nonce nonce = new Nonce(header.getLong(), header.getLong());
        long counter = header.getLong();
        SecretKeySpec secret = derived.secret(nonce);
        byte[] inner;
        try {
            inner = incoming.crypt(Cipher.DECRYPT_MODE, secret, bytes, bytes, HEADER, bytes.length - HEADER);
        } catch (AEADBadTagException e) {
            throw new RefusedInputException("a heartbeat that is not authentic: altered or made up");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM failed to open a heartbeat", e);
        }
        derived.keep(nonce, secret);
        ByteBuffer fields = ByteBuffer.wrap(inner);
        byte code = fields.get();
        Nonce echo = new Nonce(fields.getLong(), fields.getLong());
        boolean hello = code == Purpose.HELLO.code && !fields.hasRemaining();
        if (bytes[TAG_AT - 1] != 0 || (!hello && code != Purpose.PAYLOAD.code)) {
            throw new RefusedInputException("an authentic heartbeat of the unknown purpose " + code);
        }
        return new Datagram(
                new Envelope(hello ? Purpose.HELLO : Purpose.PAYLOAD, nonce, echo, counter),
                Arrays.copyOfRange(inner, INNER, inner.length));
    }
}
