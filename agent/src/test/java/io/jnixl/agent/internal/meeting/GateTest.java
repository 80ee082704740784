// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class GateTest {
    private static final Secret SECRET = new Secret("swordfish");

    private final Gate contact = Gate.ofContact(SECRET);
    private final Gate listener = Gate.ofListener(SECRET);

    private static Command prove(@Nullable Command command) {
        return Objects.requireNonNull(command);
    }

    private static String text(Command command) {
        return ((Command.Prove) command).text();
    }

    @Test
    void bothProve() throws Refusal {
        List<String> said = new ArrayList<>();
        Command hello = prove(contact.greeting());
        said.add(text(hello));
        Command challenge = prove(listener.answer(hello));
        said.add(text(challenge));
        Command proof = prove(contact.answer(challenge));
        said.add(text(proof));
        assertThat(listener.isOpen()).isFalse();
        Command welcome = prove(listener.answer(proof));
        said.add(text(welcome));
        assertThat(listener.isOpen()).isTrue();
        assertThat(contact.isOpen()).isFalse();
        assertThat(contact.answer(welcome)).isNull();
        assertThat(contact.isOpen()).isTrue();
        assertThat(said).doesNotHaveDuplicates().noneMatch(s -> s.contains("swordfish"));
        assertThat(SECRET).hasToString("***");
    }

    @Test
    void withoutSecretItIsOpen() {
        assertThat(Gate.ofListener(null).isOpen()).isTrue();
        assertThat(Gate.ofContact(null).isOpen()).isTrue();
        assertThat(Gate.ofContact(null).greeting()).isNull();
        assertThat(listener.greeting()).isNull();
    }

    @Test
    void anotherSecret() throws Refusal {
        Gate other = Gate.ofContact(new Secret("Swordfish"));
        Command challenge = prove(listener.answer(prove(other.greeting())));
        Command wrong = prove(other.answer(challenge));
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> listener.answer(wrong))
                .withMessageContaining("another secret")
                .satisfies(e -> assertThat(e.toThem()).contains("not the right one"));
        assertThat(listener.isOpen()).isFalse();
    }

    @Test
    void aListenerThatDoesNotKnowIt() throws Refusal {
        Gate other = Gate.ofListener(new Secret("x"));
        Command challenge = prove(other.answer(prove(contact.greeting())));
        contact.answer(challenge);
        Command reflected = new Command.Prove("1 welcome " + "00".repeat(32));
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> contact.answer(reflected));
        assertThat(contact.isOpen()).isFalse();
    }

    /** Who connects back and mirrors what it hears gets no further than without. */
    @Test
    void aMirrorProvesNothing() throws Refusal {
        Command hello = prove(contact.greeting());
        Command mirrored = new Command.Prove(text(hello).replace("hello", "challenge"));
        Command proof = prove(contact.answer(mirrored));
        Command welcome = new Command.Prove(text(proof).replace("proof", "welcome"));
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> contact.answer(welcome));
    }

    @Test
    void aProofOfAnotherMeeting() throws Refusal {
        Command challenge = prove(listener.answer(prove(contact.greeting())));
        Command proof = prove(contact.answer(challenge));
        Gate later = Gate.ofListener(SECRET);
        later.answer(prove(Gate.ofContact(SECRET).greeting()));
        assertThatExceptionOfType(Refusal.class).isThrownBy(() -> later.answer(proof));
    }

    @Test
    void steps() {
        for (String text : List.of(
                "",
                "1 hello",
                "1 hello 00",
                "1 hello " + "zz".repeat(32),
                "2 hello " + "00".repeat(32),
                "1 proof " + "00".repeat(32),
                "1 hello " + "00".repeat(33))) {
            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(() -> Gate.ofListener(SECRET).answer(new Command.Prove(text)))
                    .withMessageContaining("expected \"1 hello \"");
        }
    }

    @Test
    void otherCommands() {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> listener.answer(new Command.Send()))
                .satisfies(e -> assertThat(e.toThem()).contains("agent.listen_secret"));
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> contact.answer(new Command.Send()))
                .satisfies(e -> assertThat(e.toThem()).isNull());
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> contact.answer(new Command.Deny("no\nsecret")))
                .withMessageContaining("no secret");
    }
}
