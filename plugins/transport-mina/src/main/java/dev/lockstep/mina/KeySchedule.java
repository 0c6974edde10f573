package dev.lockstep.mina;

import dev.lockstep.api.link.ClusterKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Keys and proofs made from the cluster key: HKDF-SHA256 to derive, HMAC-SHA256 to prove. Immutable. */
final class KeySchedule {
    /** Bytes of a SHA-256 digest, of an HMAC and of every derived key. */
    static final int DIGEST = 32;

    private static final String PREFIX = "lockstep ";

    private final ClusterKey key;

    KeySchedule(ClusterKey key) {
        this.key = key;
    }

    /**
     * HKDF-SHA256 with the cluster key as input keying material and {@code "lockstep " + label + 0x00 + context} as info.
     *
     * @param salt may be empty
     * @param length bytes wanted
     */
    byte[] derive(byte[] salt, String label, byte[] context, int length) {
        return derive(new byte[0], salt, label, context, length);
    }

    /**
     * The same with more input keying material behind the cluster key.
     *
     * @param agreed what two nodes agreed on; may be empty
     */
    byte[] derive(byte[] agreed, byte[] salt, String label, byte[] context, int length) {
        byte[] text = (PREFIX + label).getBytes(StandardCharsets.UTF_8);
        byte[] info = Arrays.copyOf(text, text.length + 1 + context.length);
        System.arraycopy(context, 0, info, text.length + 1, context.length);
        HKDFParameterSpec.Builder extract = HKDFParameterSpec.ofExtract().addIKM(key.secret());
        if (agreed.length > 0) {
            extract.addIKM(agreed);
        }
        if (salt.length > 0) {
            extract.addSalt(salt);
        }
        try {
            return KDF.getInstance("HKDF-SHA256").deriveData(extract.thenExpand(info, length));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no HKDF-SHA256", e);
        }
    }

    /** The key everything is made from. */
    ClusterKey key() {
        return key;
    }

    /** An HMAC-SHA256 ready for use; not thread-safe. */
    static Mac hmac(byte[] secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no HMAC-SHA256", e);
        }
    }

    /**
     * Who says what to whom: SHA-256 over {@code purpose}, module, sender and receiver, each as UTF-8 preceded by its
     * length in four bytes. It is directional, so that nothing can be reflected at its sender.
     */
    static byte[] identity(String purpose, String module, String sender, String receiver) {
        MessageDigest digest = sha256();
        for (String part : new String[] {PREFIX + purpose, module, sender, receiver}) {
            byte[] text = part.getBytes(StandardCharsets.UTF_8);
            digest.update((byte) (text.length >>> 24));
            digest.update((byte) (text.length >>> 16));
            digest.update((byte) (text.length >>> 8));
            digest.update((byte) text.length);
            digest.update(text);
        }
        return digest.digest();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256", e);
        }
    }
}
