// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.agent.AgentAssembly;
import io.jnixl.api.Agent;
import io.jnixl.api.BackendInfo;
import io.jnixl.api.Config;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.Availability;
import io.jnixl.spi.Capabilities;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which backends an agent starts, and what one that cannot does to the others: nothing. */
final class StartTest extends CoreFixture {

    private BackendInfo info(String name) {
        return agent.backends().stream()
                .filter(i -> i.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @SuppressWarnings("ImmutableEnumChecker") // the code has no state
    enum Defect {
        CREATE(b -> {
            throw new IllegalStateException("bug in create");
        }),
        CAPABILITIES(b -> b.onCapabilities = () -> {
            throw new IllegalStateException("bug in capabilities");
        }),
        NO_INFO(b -> b.withoutInfo = true),
        SELF(b -> b.onLoadPeer = () -> {
            throw new IllegalStateException("bug in loadPeer");
        }),
        REFUSAL(b -> b.onLoadPeer = () -> {
            throw new NixlException(ErrorCode.BACKEND, "no network");
        }),
        LINKAGE(b -> {
            throw new NoClassDefFoundError("native/Thing");
        });

        final Consumer<ScriptedBackend> code;

        Defect(Consumer<ScriptedBackend> code) {
            this.code = code;
        }
    }

    @ParameterizedTest
    @EnumSource(Defect.class)
    void oneThatFailsIsToldAndLeftOut(Defect defect) {
        ScriptedProvider bad = new ScriptedProvider("BAD").preference(9).whenMade(defect.code);
        agent = agent("me", List.of(bad, provider));
        backend = provider.backend();
        assertThat(info("BAD").state()).isEqualTo(BackendInfo.State.UNAVAILABLE);
        assertThat(info("BAD").reason()).isNotEmpty();
        assertThat(info("ONE").state()).isEqualTo(BackendInfo.State.ACTIVE);
        boolean wasMade = defect != Defect.CREATE && defect != Defect.LINKAGE;
        assertThat(bad.backend().isClosed()).as("nothing is left behind").isEqualTo(wasMade);
    }

    @ParameterizedTest
    @EnumSource(Defect.class)
    void oneThatIsNamedMustRun(Defect defect) {
        ScriptedProvider bad = new ScriptedProvider("BAD").whenMade(defect.code);
        assertNixl(ErrorCode.BACKEND, () -> agent("me", List.of(provider, bad), "agent.backends", "ONE,BAD"))
                .satisfies(e -> assertThat(e.toString()).isNotEmpty());
        assertThat(provider.backend().isClosed()).as("the one before").isTrue();
        assertThat(provider.backend().openPeers).hasValue(0);
        assertThat(provider.backend().defects).isEmpty();
    }

    @Test
    void unavailable() {
        ScriptedProvider no = new ScriptedProvider("NO").availability(Availability.unavailable("no GPU", "buy one"));
        agent = agent("me", List.of(no, provider));
        backend = provider.backend();
        assertThat(info("NO").reason()).isEqualTo("no GPU");
        assertThat(info("NO").remedy()).isEqualTo("buy one");
        assertThat(no.count()).isZero();
        assertNixl(ErrorCode.BACKEND, () -> agent("x", List.of(no), "agent.backends", "NO"))
                .withMessageContaining("cannot run: no GPU")
                .withMessageContaining("buy one");
    }

    @Test
    void nameThatIsNotThere() {
        assertNixl(ErrorCode.NOT_FOUND, () -> agent("x", List.of(provider), "agent.backends", "UXC"))
                .withMessageContaining("UXC")
                .withMessageContaining("ONE");
    }

    @Test
    void notNamed() {
        ScriptedProvider other = new ScriptedProvider("OTHER");
        agent = agent("me", List.of(other, provider), "agent.backends", "ONE");
        backend = provider.backend();
        assertThat(info("OTHER").state()).isEqualTo(BackendInfo.State.AVAILABLE);
        assertThat(other.count()).isZero();
    }

    @Test
    void thoseThatExcludeEachOther() {
        ScriptedProvider other = new ScriptedProvider("OTHER").preference(1).excludes("ONE");
        assertNixl(ErrorCode.NOT_ALLOWED, () -> agent("x", List.of(other, provider), "agent.backends", "ONE,OTHER"))
                .withMessageContaining("OTHER and ONE cannot run in one agent");
        assertThat(provider.count()).isZero();
        agent = agent("me", List.of(provider, other));
        assertThat(info("OTHER").state()).isEqualTo(BackendInfo.State.ACTIVE);
        assertThat(info("ONE").reason()).isEqualTo("cannot run beside OTHER");
    }

    @Test
    void remoteWithoutNotificationsIsADefect() {
        ScriptedProvider mute = new ScriptedProvider("MUTE").capabilities(new Capabilities(true, true, false, 0));
        assertNixl(ErrorCode.BACKEND, () -> agent("x", List.of(mute), "agent.backends", "MUTE"))
                .withMessageContaining("sends no notifications");
    }

    @Test
    void agentWithoutBackends() {
        agent = agent("alone", List.of());
        assertNixl(ErrorCode.NOT_FOUND, () -> agent.allocate(16))
                .withMessageContaining("no backend takes DRAM; asked nobody");
        assertThat(agent.self().backends()).isEmpty();
        assertThat(agent.toString()).isEqualTo("Agent alone with []");
    }

    @Test
    void names() {
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent("", List.of(provider))).withMessageContaining("name");
        assertNixl(
                        ErrorCode.INVALID_PARAM,
                        () -> AgentAssembly.of(Config.empty()).build())
                .withMessageContaining("agent.name");
        try (Agent named = AgentAssembly.of(Config.empty().with("agent.name", "from-settings"))
                .build()) {
            assertThat(named.name()).isEqualTo("from-settings");
        }
        assertThat(provider.count()).isZero();
    }
}
