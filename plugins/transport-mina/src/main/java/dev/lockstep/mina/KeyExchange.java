package dev.lockstep.mina;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.XECPublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPublicKeySpec;
import javax.crypto.KeyAgreement;

/**
 * One side of an X25519 key exchange (RFC 7748), made for one handshake and forgotten with it: what was agreed on cannot be computed
 * again, not even by somebody who learns the cluster key later.
 */
final class KeyExchange {
    /** Bytes of a public value and of what is agreed on. */
    static final int LENGTH = 32;

    private static final String X25519 = "X25519";

    private final KeyPair pair;

    KeyExchange() {
        try {
            pair = KeyPairGenerator.getInstance(X25519).generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no X25519", e);
        }
    }

    /** The value to be sent: the u-coordinate, little endian. */
    byte[] publicValue() {
        byte[] big = ((XECPublicKey) pair.getPublic()).getU().toByteArray();
        byte[] value = new byte[LENGTH];
        for (int i = 0; i < Math.min(LENGTH, big.length); i++) {
            value[i] = big[big.length - 1 - i];
        }
        return value;
    }

    /**
     * What both sides agree on.
     *
     * @param peers the public value of the other side
     * @throws RefusedInputException if it is of low order: it would let a third party know what is agreed on
     */
    byte[] agree(byte[] peers) throws RefusedInputException {
        try {
            KeyAgreement agreement = KeyAgreement.getInstance(X25519);
            agreement.init(pair.getPrivate());
            agreement.doPhase(decoded(peers), true);
            byte[] agreed = agreement.generateSecret();
            int bits = 0;
            for (byte one : agreed) {
                bits |= one;
            }
            if (bits == 0) {
                throw new RefusedInputException("a public value of low order");
            }
            return agreed;
        } catch (GeneralSecurityException e) {
            throw new RefusedInputException("a public value that is none: " + e.getMessage());
        }
    }

    private static PublicKey decoded(byte[] value) throws GeneralSecurityException {
        byte[] big = new byte[LENGTH];
        for (int i = 0; i < LENGTH; i++) {
            big[i] = value[LENGTH - 1 - i];
        }
        big[0] &= 0x7F;
        return KeyFactory.getInstance(X25519)
                .generatePublic(new XECPublicKeySpec(NamedParameterSpec.X25519, new BigInteger(1, big)));
    }
}
