package dev.lockstep.mina;

import dev.lockstep.api.link.ClusterKey;
import dev.lockstep.api.link.ClusterKeys;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Mac;

/**
 * How two nodes prove to each other that they hold the cluster key and mean the same module, and agree on the version of
 * the protocol and on the keys of the link. Messages have fixed lengths; nothing is answered before the first one is
 * authentic. Pure: bytes in, bytes out.
 *
 * <table><caption>Messages in their order; integers are big endian, C connects, L listens</caption>
 * <tr><th>message</th><th>bytes</th><th>content</th></tr>
 * <tr><td>HELLO, C to L</td><td>136</td><td>"LSRL", lowest version u8, highest version u8, zero u16, nonce of C (32),
 *   tag (32), public value of C (32), HMAC of the 104 bytes before with the hello key (32)</td></tr>
 * <tr><td>CHALLENGE, L to C</td><td>104</td><td>"LSRL", version chosen u8, zero (3), nonce of L (32), public value of L (32), HMAC
 *   of 'L' and the transcript with the proof key (32)</td></tr>
 * <tr><td>PROOF, C to L</td><td>32</td><td>HMAC of 'C' and the transcript with the proof key</td></tr>
 * </table>
 *
 * <p>Then both sides speak in frames ({@link FrameCipher}); L sends a ping at once, which tells C that it was accepted.
 *
 * <ul>
 *   <li>identity = SHA-256 of "lockstep link", module, name of C, name of L (see {@link KeySchedule#identity})
 *   <li>tag = HKDF(cluster key, no salt, "link tag", identity): tells L which key C uses, and others nothing
 *   <li>transcript = SHA-256 of HELLO and of CHALLENGE without its HMAC
 *   <li>hello key = HKDF(cluster key, no salt, "link hello", identity)
 *   <li>agreed = X25519 of the two public values, made for this handshake only; zero is refused
 *   <li>proof key, C to L secret, L to C secret = HKDF(cluster key + agreed, nonce of C + nonce of L, "link proof" | "link to
 *       listener" | "link to connector", transcript); a secret is an AES key (32) and an IV (12)
 * </ul>
 */
final class Handshake {
    /** Versions spoken: a newer node may still speak to one of the version before. Version 1 had no forward secrecy. */
    static final byte LOWEST_VERSION = 2;

    static final byte HIGHEST_VERSION = 2;

    static final int HELLO_LENGTH = 136;
    static final int CHALLENGE_LENGTH = 104;
    static final int PROOF_LENGTH = 32;

    private static final int MAGIC = 0x4C53524C;
    private static final int NONCE = 32;
    private static final int NONCE_AT = 8;
    private static final int TAG_AT = NONCE_AT + NONCE;
    private static final int HELLO_PUBLIC_AT = TAG_AT + KeySchedule.DIGEST;
    private static final int CHALLENGE_PUBLIC_AT = NONCE_AT + NONCE;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Handshake() {}

    /** The two directions of an authenticated link, from the point of view of one node. */
    record Session(byte version, FrameCipher sealing, FrameCipher opening) {}

    /** The side that connects. */
    static final class Connector {
        private final KeySchedule schedule;
        private final KeyExchange exchange = new KeyExchange();
        private final byte[] hello;

        Connector(ClusterKey key, String module, String localNode, String peerNode) {
            this.schedule = new KeySchedule(key);
            byte[] identity = KeySchedule.identity("link", module, localNode, peerNode);
            this.hello = hello(schedule, identity, exchange.publicValue(), LOWEST_VERSION, HIGHEST_VERSION);
        }

        /** The first message. */
        byte[] hello() {
            return hello.clone();
        }

        /** Judges the second message. */
        Verified challenged(byte[] challenge) throws RefusedInputException {
            ByteBuffer message = ByteBuffer.wrap(challenge);
            if (message.getInt() != MAGIC) {
                throw new RefusedInputException("the answer is not of a Lockstep replication port");
            }
            byte version = message.get();
            if (version < LOWEST_VERSION || version > HIGHEST_VERSION) {
                throw new RefusedInputException(
                        "the peer chose version " + version + " of the protocol, which we do not speak");
            }
            byte[] peers = Arrays.copyOfRange(challenge, CHALLENGE_PUBLIC_AT, CHALLENGE_PUBLIC_AT + KeyExchange.LENGTH);
            Secrets secrets = Secrets.of(schedule, exchange.agree(peers), hello, challenge);
            byte[] proof = Arrays.copyOfRange(challenge, CHALLENGE_LENGTH - PROOF_LENGTH, CHALLENGE_LENGTH);
            if (!MessageDigest.isEqual(proof, secrets.proof('L'))) {
                throw new RefusedInputException("the peer's proof is wrong: it does not hold the cluster key");
            }
            Session session =
                    new Session(version, new FrameCipher(secrets.toListener()), new FrameCipher(secrets.toConnector()));
            return new Verified(secrets.proof('C'), session);
        }

        /** The third message, and the session it opens. */
        @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
        record Verified(byte[] proof, Session session) {}

        /** Makes a first message; apart so that a test can speak for a node of another version. */
        static byte[] hello(KeySchedule schedule, byte[] identity, byte[] publicValue, byte lowest, byte highest) {
            byte[] nonce = new byte[NONCE];
            RANDOM.nextBytes(nonce);
            ByteBuffer message = ByteBuffer.allocate(HELLO_LENGTH);
            message.putInt(MAGIC)
                    .put(lowest)
                    .put(highest)
                    .putShort((short) 0)
                    .put(nonce)
                    .put(tag(schedule, identity))
                    .put(publicValue);
            Mac mac = KeySchedule.hmac(helloKey(schedule, identity));
            mac.update(message.array(), 0, HELLO_LENGTH - KeySchedule.DIGEST);
            return message.put(mac.doFinal()).array();
        }
    }

    /** The side that listens. */
    static final class Listener {
        private final ClusterKeys keys;
        private final byte[] identity;
        private KeySchedule schedule;
        private Secrets secrets;
        private byte version;

        Listener(ClusterKeys keys, String module, String localNode, String peerNode) {
            this.keys = keys;
            this.identity = KeySchedule.identity("link", module, peerNode, localNode);
        }

        /** Judges the first message and answers the second. */
        byte[] challenge(byte[] hello) throws RefusedInputException {
            ByteBuffer message = ByteBuffer.wrap(hello);
            if (message.getInt() != MAGIC) {
                throw new RefusedInputException("not a Lockstep replication link");
            }
            byte lowest = message.get();
            byte highest = message.get();
            schedule = schedule(hello);
            Mac mac = KeySchedule.hmac(helloKey(schedule, identity));
            mac.update(hello, 0, HELLO_LENGTH - KeySchedule.DIGEST);
            byte[] proof = Arrays.copyOfRange(hello, HELLO_LENGTH - KeySchedule.DIGEST, HELLO_LENGTH);
            if (!MessageDigest.isEqual(proof, mac.doFinal())) {
                throw new RefusedInputException("a hello that is not authentic: altered or made up");
            }
            version = (byte) Math.min(highest, HIGHEST_VERSION);
            if (version < lowest || version < LOWEST_VERSION) {
                throw new RefusedInputException("the peer speaks versions " + lowest + ".." + highest
                        + " of the link protocol, this node " + LOWEST_VERSION + ".." + HIGHEST_VERSION
                        + ": upgrade the older node");
            }
            byte[] nonce = new byte[NONCE];
            RANDOM.nextBytes(nonce);
            ByteBuffer challenge = ByteBuffer.allocate(CHALLENGE_LENGTH);
            KeyExchange exchange = new KeyExchange();
            challenge.putInt(MAGIC).put(version).put(new byte[3]).put(nonce).put(exchange.publicValue());
            byte[] peers = Arrays.copyOfRange(hello, HELLO_PUBLIC_AT, HELLO_PUBLIC_AT + KeyExchange.LENGTH);
            secrets = Secrets.of(schedule, exchange.agree(peers), hello, challenge.array());
            return challenge.put(secrets.proof('L')).array();
        }

        private KeySchedule schedule(byte[] hello) throws RefusedInputException {
            for (ClusterKey key : keys.accepted()) {
                KeySchedule candidate = new KeySchedule(key);
                byte[] tag = tag(candidate, identity);
                if (Arrays.equals(hello, TAG_AT, TAG_AT + KeySchedule.DIGEST, tag, 0, KeySchedule.DIGEST)) {
                    return candidate;
                }
            }
            throw RefusedInputException.foreign(
                    "a link of another module, between other nodes, or made with another cluster key");
        }

        /** The key the peer has proven to hold; to be asked after {@link #proven}. */
        ClusterKey key() {
            return schedule.key();
        }

        /** Judges the third message. */
        Session proven(byte[] proof) throws RefusedInputException {
            if (!MessageDigest.isEqual(proof, secrets.proof('C'))) {
                throw new RefusedInputException("a proof that is wrong: a replayed hello");
            }
            return new Session(version, new FrameCipher(secrets.toConnector()), new FrameCipher(secrets.toListener()));
        }
    }

    private static byte[] tag(KeySchedule schedule, byte[] identity) {
        return schedule.derive(new byte[0], "link tag", identity, KeySchedule.DIGEST);
    }

    private static byte[] helloKey(KeySchedule schedule, byte[] identity) {
        return schedule.derive(new byte[0], "link hello", identity, KeySchedule.DIGEST);
    }

    /** What both sides derive once both nonces are known. */
    private static final class Secrets {
        private final KeySchedule schedule;
        private final byte[] agreed;
        private final byte[] salt;
        private final byte[] transcript;

        private Secrets(KeySchedule schedule, byte[] agreed, byte[] salt, byte[] transcript) {
            this.schedule = schedule;
            this.agreed = agreed;
            this.salt = salt;
            this.transcript = transcript;
        }

        static Secrets of(KeySchedule schedule, byte[] agreed, byte[] hello, byte[] challenge) {
            byte[] salt = new byte[2 * NONCE];
            System.arraycopy(hello, NONCE_AT, salt, 0, NONCE);
            System.arraycopy(challenge, NONCE_AT, salt, NONCE, NONCE);
            MessageDigest digest = KeySchedule.sha256();
            digest.update(hello);
            digest.update(challenge, 0, CHALLENGE_LENGTH - PROOF_LENGTH);
            return new Secrets(schedule, agreed, salt, digest.digest());
        }

        byte[] proof(char side) {
            Mac mac = KeySchedule.hmac(derive("link proof", KeySchedule.DIGEST));
            mac.update((byte) side);
            return mac.doFinal(transcript);
        }

        byte[] toListener() {
            return derive("link to listener", FrameCipher.SECRET);
        }

        byte[] toConnector() {
            return derive("link to connector", FrameCipher.SECRET);
        }

        private byte[] derive(String label, int length) {
            return schedule.derive(agreed, salt, label, transcript, length);
        }
    }
}
