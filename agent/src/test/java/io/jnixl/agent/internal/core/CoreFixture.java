// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.agent.AgentAssembly;
import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.api.TransferBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;

/** An agent with one scripted backend and two pages of memory, and what tests of the core share. */
abstract class CoreFixture {
    static final Duration SOON = Duration.ofSeconds(10);

    final ScriptedProvider provider = new ScriptedProvider("ONE");
    final List<AutoCloseable> closing = new ArrayList<>();
    Agent agent;
    ScriptedBackend backend;
    Allocation near;
    Allocation far;

    /** Settings in pairs of key and value. */
    void start(String... settings) {
        start(with(settings));
    }

    void start(Config config) {
        agent = agent("me", List.of(provider), config);
        backend = provider.backend();
        near = agent.allocate(1 << 16);
        far = agent.allocate(1 << 16);
    }

    private static Config with(String... settings) {
        Config config = Config.empty();
        for (int i = 0; i < settings.length; i += 2) {
            config = config.with(settings[i], settings[i + 1]);
        }
        return config;
    }

    Agent agent(String name, List<ScriptedProvider> providers, String... settings) {
        return agent(name, providers, with(settings));
    }

    private Agent agent(String name, List<ScriptedProvider> providers, Config config) {
        AgentAssembly assembly = AgentAssembly.of(config).name(name);
        providers.forEach(assembly::backend);
        Agent made = assembly.build();
        closing.addFirst(made);
        return made;
    }

    @AfterEach
    void closeAll() throws Exception {
        if (backend != null) { // let go of what a test left in quarantine
            backend.onCancel = t -> {};
            backend.transfers.forEach(t -> {
                if (((TransferImpl) t.request.completion()).state().word() != 0
                        && TransferState.has(
                                ((TransferImpl) t.request.completion()).state().word(), TransferState.OWNED)) {
                    t.complete(Status.CANCELED);
                }
            });
        }
        for (AutoCloseable one : closing) {
            one.close();
        }
        if (backend != null) {
            assertThat(backend.defects).isEmpty();
            assertThat(backend.openTransfers).hasValue(0);
            assertThat(backend.openMemory).hasValue(0);
            assertThat(backend.openPeers).hasValue(0);
            assertThat(backend.openRegions).hasValue(0);
        }
    }

    /** A WRITE of the first 4096 bytes of near to far. */
    TransferBuilder write() {
        return agent.transfer(Operation.WRITE, range(near, 0, 4096), agent.self(), range(far, 0, 4096));
    }

    static DescriptorList range(Allocation memory, long offset, long length) {
        return DescriptorList.of(memory.segment().asSlice(offset, length));
    }

    static DescriptorList blocks(Allocation memory, long length) {
        return DescriptorList.blocks(memory.segment(), length);
    }

    static ThrowableAssertAlternative<NixlException> assertNixl(ErrorCode code, ThrowingCallable call) {
        return org.assertj.core.api.Assertions.assertThatExceptionOfType(NixlException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    /** Polls a condition, bounded. */
    static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(deadline - System.nanoTime()).as("time left").isPositive();
            LockSupport.parkNanos(100_000);
        }
    }

    /** Runs this on a thread of its own, whose end the test may await. */
    static Thread thread(Runnable code) {
        return Thread.ofPlatform().daemon().start(code);
    }

    static void join(Thread thread) {
        try {
            assertThat(thread.join(SOON)).as("thread ended").isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
