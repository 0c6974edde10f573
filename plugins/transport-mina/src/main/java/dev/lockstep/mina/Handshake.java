package dev.lockstep.mina;

import dev.lockstep.api.link.ClusterKey;
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
 * <tr><td>HELLO, C to L</td><td>104</td><td>"LSRL", lowest version u8, highest version u8, zero u16, nonce of C (32),
 *   identity (32), HMAC of the 72 bytes before with the hello key (32)</td></tr>
 * <tr><td>CHALLENGE, L to C</td><td>72</td><td>"LSRL", version chosen u8, zero (3), nonce of L (32), HMAC of 'L' and the
 *   transcript with the proof key (32)</td></tr>
 * <tr><td>PROOF, C to L</td><td>32</td><td>HMAC of 'C' and the transcript with the proof key</td></tr>
 * </table>
 *
 * <p>Then both sides speak in frames ({@link FrameCipher}); L sends a ping at once, which tells C that it was accepted.
 *
 * <ul>
 *   <li>identity = SHA-256 of "lockstep link", module, name of C, name of L (see {@link KeySchedule#identity})
 *   <li>transcript = SHA-256 of HELLO and of CHALLENGE without its HMAC
 *   <li>hello key = HKDF(cluster key, no salt, "link hello", identity)
 *   <li>proof key, C to L secret, L to C secret = HKDF(cluster key, nonce of C + nonce of L, "link proof" | "link to
 *       listener" | "link to connector", transcript); a secret is an AES key (32) and an IV (12)
 * </ul>
 */
final class Handshake {
    /** Versions spoken: a newer node may still speak to one of the version before. */
    static final byte LOWEST_VERSION = 1;

    static final byte HIGHEST_VERSION = 1;

    static final int HELLO_LENGTH = 104;
    static final int CHALLENGE_LENGTH = 72;
    static final int PROOF_LENGTH = 32;

    private static final int MAGIC = 0x4C53524C;
    private static final int NONCE = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Handshake() {}

    /** The two directions of an authenticated link, from the point of view of one node. */
    record Session(byte version, FrameCipher sealing, FrameCipher opening) {}

    /** The side that connects. */
    static final class Connector {
        private final KeySchedule schedule;
        private final byte[] hello;

        Connector(ClusterKey key, String module, String localNode, String peerNode) {
            this.schedule = new KeySchedule(key);
            byte[] identity = KeySchedule.identity("link", module, localNode, peerNode);
            this.hello = hello(schedule, identity, LOWEST_VERSION, HIGHEST_VERSION);
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
            Secrets secrets = Secrets.of(schedule, hello, challenge);
            byte[] proof = Arrays.copyOfRange(challenge, CHALLENGE_LENGTH - PROOF_LENGTH, CHALLENGE_LENGTH);
            if (!MessageDigest.isEqual(proof, secrets.proof('L'))) {
                throw new RefusedInputException("the peer's proof is wrong: it has another cluster key");
            }
            Session session =
                    new Session(version, new FrameCipher(secrets.toListener()), new FrameCipher(secrets.toConnector()));
            return new Verified(secrets.proof('C'), session);
        }

        /** The third message, and the session it opens. */
        @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
        record Verified(byte[] proof, Session session) {}

        /** Makes a first message; apart so that a test can speak for a node of another version. */
        static byte[] hello(KeySchedule schedule, byte[] identity, byte lowest, byte highest) {
            byte[] nonce = new byte[NONCE];
            RANDOM.nextBytes(nonce);
            ByteBuffer message = ByteBuffer.allocate(HELLO_LENGTH);
            message.putInt(MAGIC)
                    .put(lowest)
                    .put(highest)
                    .putShort((short) 0)
                    .put(nonce)
                    .put(identity);
            Mac mac = KeySchedule.hmac(helloKey(schedule, identity));
            mac.update(message.array(), 0, HELLO_LENGTH - KeySchedule.DIGEST);
            return message.put(mac.doFinal()).array();
        }
    }

    /** The side that listens. */
    static final class Listener {
        private final KeySchedule schedule;
        private final byte[] identity;
        private Secrets secrets;
        private byte version;

        Listener(ClusterKey key, String module, String localNode, String peerNode) {
            this.schedule = new KeySchedule(key);
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
            if (!Arrays.equals(hello, 8 + NONCE, 8 + NONCE + KeySchedule.DIGEST, identity, 0, KeySchedule.DIGEST)) {
                throw new RefusedInputException("a link of another module or between other nodes");
            }
            Mac mac = KeySchedule.hmac(helloKey(schedule, identity));
            mac.update(hello, 0, HELLO_LENGTH - KeySchedule.DIGEST);
            byte[] proof = Arrays.copyOfRange(hello, HELLO_LENGTH - KeySchedule.DIGEST, HELLO_LENGTH);
            if (!MessageDigest.isEqual(proof, mac.doFinal())) {
                throw new RefusedInputException("a hello that is not authentic: made with another cluster key");
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
            challenge.putInt(MAGIC).put(version).put(new byte[3]).put(nonce);
            secrets = Secrets.of(schedule, hello, challenge.array());
            return challenge.put(secrets.proof('L')).array();
        }

        /** Judges the third message. */
        Session proven(byte[] proof) throws RefusedInputException {
            if (!MessageDigest.isEqual(proof, secrets.proof('C'))) {
                throw new RefusedInputException("a proof that is wrong: a replayed hello or another cluster key");
            }
            return new Session(version, new FrameCipher(secrets.toConnector()), new FrameCipher(secrets.toListener()));
        }
    }

    private static byte[] helloKey(KeySchedule schedule, byte[] identity) {
        return schedule.derive(new byte[0], "link hello", identity, KeySchedule.DIGEST);
    }

    /** What both sides derive once both nonces are known. */
    private static final class Secrets {
        private final KeySchedule schedule;
        private final byte[] salt;
        private final byte[] transcript;

        private Secrets(KeySchedule schedule, byte[] salt, byte[] transcript) {
            this.schedule = schedule;
            this.salt = salt;
            this.transcript = transcript;
        }

        static Secrets of(KeySchedule schedule, byte[] hello, byte[] challenge) {
            byte[] salt = new byte[2 * NONCE];
            System.arraycopy(hello, 8, salt, 0, NONCE);
            System.arraycopy(challenge, 8, salt, NONCE, NONCE);
            MessageDigest digest = KeySchedule.sha256();
            digest.update(hello);
            digest.update(challenge, 0, CHALLENGE_LENGTH - PROOF_LENGTH);
            return new Secrets(schedule, salt, digest.digest());
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
            return schedule.derive(salt, label, transcript, length);
        }
    }
}
