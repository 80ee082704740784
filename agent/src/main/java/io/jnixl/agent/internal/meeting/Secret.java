// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What agents that trust each other know. Never shown; thread-safe. */
final class Secret {
    /** Bytes of a nonce and of a proof. */
    static final int BYTES = 32;

    private static final String MAC = "HmacSHA256";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final SecretKeySpec key;

    /** A text that is not empty. */
    Secret(String text) {
        key = new SecretKeySpec(text.getBytes(UTF_8), MAC);
    }

    static byte[] nonce() {
        byte[] nonce = new byte[BYTES];
        RANDOM.nextBytes(nonce);
        return nonce;
    }

    /**
     * What only one who knows the secret can say of these nonces.
     *
     * @param role who says it; another role's proof of the same nonces is another one
     */
    byte[] proof(String role, byte[] contactNonce, byte[] listenerNonce) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            mac.update(("jnixl 1 " + role + "\n").getBytes(US_ASCII));
            mac.update(contactNonce);
            mac.update(listenerNonce);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(MAC + " is missing, which every JDK has", e);
        }
    }

    boolean isProof(byte[] claimed, String role, byte[] contactNonce, byte[] listenerNonce) {
        return MessageDigest.isEqual(proof(role, contactNonce, listenerNonce), claimed);
    }

    @Override
    public String toString() {
        return "***";
    }
}
