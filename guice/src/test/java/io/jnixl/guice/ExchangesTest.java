// SPDX-License-Identifier: Apache-2.0
package io.jnixl.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import io.jnixl.agent.AgentAssembly;
import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.ExchangeContext;
import io.jnixl.spi.MetadataExchange;
import io.jnixl.spi.MetadataExchangeProvider;
import io.jnixl.spi.SpiVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A metadata exchange that a module brings. */
class ExchangesTest {
    private static final Config CONFIG = Config.empty().with("agent.exchange", "board");

    private final List<String> calls = new ArrayList<>();

    /** Notes who makes and who closes an exchange. */
    @SpiVersion(SpiVersion.CURRENT)
    private static final class Board implements MetadataExchangeProvider {
        private final List<String> calls;

        Board(List<String> calls) {
            this.calls = calls;
        }

        @Override
        public String name() {
            return "board";
        }

        @Override
        public MetadataExchange create(BackendConfig config, ExchangeContext context) {
            calls.add("made for " + context.agentName());
            return new MetadataExchange() {
                @Override
                public void publish(String label, byte[] metadata, Duration timeout) {}

                @Override
                public byte[] fetch(String agent, String label, Duration timeout) {
                    throw new NixlException(ErrorCode.NOT_FOUND, agent + " is not on the board");
                }

                @Override
                public void withdraw(Duration timeout) {}

                @Override
                public void close() {
                    calls.add("closed");
                }
            };
        }
    }

    @Test
    void itIsUsedAndClosedAsWithoutGuice() {
        Module board = new AbstractModule() {
            @Override
            protected void configure() {
                JnixlModule.exchanges(binder()).addBinding().toInstance(new Board(calls));
            }
        };
        Injector injector = Guice.createInjector(new JnixlModule("agent", CONFIG), board);
        assertThat(injector.getInstance(Agent.class).name()).isEqualTo("agent");
        injector.getInstance(AgentCloser.class).close();
        AgentAssembly.of(CONFIG)
                .name("plain")
                .exchange(new Board(calls))
                .build()
                .close();
        assertThat(calls).containsExactly("made for agent", "closed", "made for plain", "closed");
    }

    @Test
    void withoutTheModuleItIsNotThere() {
        Injector injector = Guice.createInjector(new JnixlModule("agent", CONFIG));
        assertThatThrownBy(() -> injector.getInstance(Agent.class))
                .hasMessageContaining("there is no metadata exchange board");
    }
}
