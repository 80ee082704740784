// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import io.jnixl.agent.internal.config.Shown;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One side's part in the proof, at the start of a connection, that both know the secret. The contact greets with a nonce; the
 * listener answers with one of its own; the contact proves; the listener proves. The contact proves first, so that a stranger
 * who connects gets nothing to try secrets on. Steps are texts: a version, a word, 32 bytes in hexadecimal.
 *
 * <p>Not thread-safe: the connection's reader asks it.
 */
final class Gate {
    private static final String VERSION = "1";
    private static final String HELLO = "hello";
    private static final String CHALLENGE = "challenge";
    private static final String PROOF = "proof";
    private static final String WELCOME = "welcome";
    private static final String CONTACT = "contact";
    private static final String LISTENER = "listener";
    private static final String ASKS =
            "this agent asks for a secret: set the same agent.listen_secret there; native agents cannot";
    private static final String WRONG = "the secret is not the right one: see agent.listen_secret on both sides";

    private final @Nullable Secret secret;
    private final byte[] nonce = Secret.nonce();
    private byte[] theirNonce = new byte[0];

    /** The step that the other side must make now; null when the gate is open. */
    private volatile @Nullable String awaited;

    private Gate(@Nullable Secret secret, @Nullable String awaited) {
        this.secret = secret;
        this.awaited = awaited;
    }

    /** The gate of who was connected to; open from the start without a secret. */
    static Gate ofListener(@Nullable Secret secret) {
        return new Gate(secret, secret == null ? null : HELLO);
    }

    /** The gate of who connected. */
    static Gate ofContact(@Nullable Secret secret) {
        return new Gate(secret, secret == null ? null : CHALLENGE);
    }

    boolean isOpen() {
        return awaited == null;
    }

    /** What this side says before it hears anything; null when it waits. */
    @Nullable
    Command greeting() {
        return CHALLENGE.equals(awaited) ? step(HELLO, nonce) : null;
    }

    /**
     * Takes the other side's step.
     *
     * @return this side's next one; null when there is none
     */
    @Nullable
    Command answer(Command command) throws Refusal {
        if (command instanceof Command.Deny(String why)) {
            throw new Refusal("the other side says: " + Shown.text(why), null);
        }
        if (!(command instanceof Command.Prove(String text))) {
            throw new Refusal("the other side does not prove that it knows the secret", asked());
        }
        byte[] bytes = bytes(text);
        Secret known = Objects.requireNonNull(secret);
        return switch (Objects.requireNonNull(awaited)) {
            case HELLO -> {
                theirNonce = bytes;
                yield next(PROOF, step(CHALLENGE, nonce));
            }
            case CHALLENGE -> {
                theirNonce = bytes;
                yield next(WELCOME, step(PROOF, known.proof(CONTACT, nonce, theirNonce)));
            }
            case PROOF -> {
                require(known.isProof(bytes, CONTACT, theirNonce, nonce));
                yield next(null, step(WELCOME, known.proof(LISTENER, theirNonce, nonce)));
            }
            default -> {
                require(known.isProof(bytes, LISTENER, nonce, theirNonce));
                yield next(null, null);
            }
        };
    }

    /** What to tell one who says something else; a listener that is no jnixl agent is told nothing. */
    @Nullable
    String asked() {
        return HELLO.equals(awaited) || PROOF.equals(awaited) ? ASKS : null;
    }

    private @Nullable Command next(@Nullable String step, @Nullable Command answer) {
        awaited = step;
        return answer;
    }

    private static void require(boolean proven) throws Refusal {
        if (!proven) {
            throw new Refusal("the other side knows another secret", WRONG);
        }
    }

    private static Command step(String word, byte[] bytes) {
        return new Command.Prove(VERSION + " " + word + " " + HexFormat.of().formatHex(bytes));
    }

    private byte[] bytes(String text) throws Refusal {
        String start = VERSION + " " + awaited + " ";
        try {
            if (text.startsWith(start)) {
                byte[] bytes = HexFormat.of().parseHex(text, start.length(), text.length());
                if (bytes.length == Secret.BYTES) {
                    return bytes;
                }
            }
        } catch (IllegalArgumentException e) {
            // not hexadecimal: the refusal below says what was expected
        }
        throw new Refusal(
                "expected \"" + start + "\" and 32 bytes, got " + Shown.text(text),
                "expected \"" + start + "\" and 32 bytes: see that both run the same version of jnixl");
    }
}
