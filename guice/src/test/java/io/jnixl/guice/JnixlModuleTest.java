// SPDX-License-Identifier: Apache-2.0
package io.jnixl.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.google.inject.AbstractModule;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.ProvisionException;
import com.google.inject.Stage;
import io.jnixl.api.Agent;
import io.jnixl.api.BackendInfo;
import io.jnixl.api.Config;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.BackendProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class JnixlModuleTest {
    private final CountingProvider counting = new CountingProvider("COUNTING");

    /** A module beside ours that brings a backend. */
    private static Module with(BackendProvider provider) {
        return new AbstractModule() {
            @Override
            protected void configure() {
                JnixlModule.backends(binder()).addBinding().toInstance(provider);
            }
        };
    }

    private static void closeAgentOf(Injector injector) {
        injector.getInstance(AgentCloser.class).close();
    }

    @Test
    void theSettingNamesTheAgent() {
        Injector injector = Guice.createInjector(new JnixlModule(Config.empty().with("agent.name", "from-settings")));
        assertThat(injector.getInstance(Agent.class).name()).isEqualTo("from-settings");
        closeAgentOf(injector);
    }

    @Test
    void theProgramsNameBeatsTheSetting() {
        Injector injector =
                Guice.createInjector(new JnixlModule("mine", Config.empty().with("agent.name", "from-settings")));
        assertThat(injector.getInstance(Agent.class).name()).isEqualTo("mine");
        closeAgentOf(injector);
    }

    @Test
    void thereIsOneAgentAndItIsMadeWhenAskedFor() {
        Injector injector = Guice.createInjector(new JnixlModule("one", Config.empty()), with(counting));
        assertThat(counting.made).hasValue(0);
        Agent first = injector.getInstance(Agent.class);
        assertThat(injector.getInstance(Agent.class)).isSameAs(first);
        assertThat(counting.made).hasValue(1);
        closeAgentOf(injector);
    }

    @Test
    void manyThreadsGetOneAgent() throws Exception {
        Injector injector = Guice.createInjector(new JnixlModule("one", Config.empty()), with(counting));
        Callable<Agent> ask = () -> injector.getInstance(Agent.class);
        List<Agent> agents = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            for (Future<Agent> answer : threads.invokeAll(List.of(ask, ask, ask, ask, ask, ask, ask, ask))) {
                agents.add(answer.get());
            }
        }
        assertThat(agents).hasSize(8).containsOnly(agents.getFirst());
        assertThat(counting.made).hasValue(1);
        closeAgentOf(injector);
    }

    @Test
    void otherModulesAddBackends() {
        CountingProvider second = new CountingProvider("SECOND");
        Injector injector =
                Guice.createInjector(with(counting), new JnixlModule("agent", Config.empty()), with(second));
        assertThat(injector.getInstance(Agent.class).backends())
                .filteredOn(info -> info.state() == BackendInfo.State.ACTIVE)
                .extracting(BackendInfo::name)
                .contains("COUNTING", "SECOND");
        closeAgentOf(injector);
        assertThat(List.of(counting.closed.get(), second.closed.get())).containsExactly(1, 1);
    }

    @Test
    void aModuleMakesAnAgentForEachInjector() {
        JnixlModule module = new JnixlModule("agent", Config.empty());
        Injector one = Guice.createInjector(module, with(counting));
        Injector other = Guice.createInjector(module, with(counting));
        assertThat(one.getInstance(Agent.class)).isNotSameAs(other.getInstance(Agent.class));
        closeAgentOf(one);
        assertThat(counting.closed).as("agents closed, of two").hasValue(1);
        closeAgentOf(other);
        assertThat(counting.closed).hasValue(2);
    }

    @Test
    void theCloserClosesTheAgentOnce() {
        Injector injector = Guice.createInjector(new JnixlModule("agent", Config.empty()), with(counting));
        Agent agent = injector.getInstance(Agent.class);
        closeAgentOf(injector);
        closeAgentOf(injector);
        agent.close();
        assertThat(counting.closed).hasValue(1);
        assertThatThrownBy(() -> agent.allocate(1)).hasMessageContaining("agent agent is closed");
    }

    @Test
    void closingWithoutAnAgentMakesNoneAndLetsNoneBeMade() {
        Injector injector = Guice.createInjector(new JnixlModule("agent", Config.empty()), with(counting));
        closeAgentOf(injector);
        assertThatThrownBy(() -> injector.getInstance(Agent.class))
                .isInstanceOf(ProvisionException.class)
                .cause()
                .isInstanceOf(NixlException.class)
                .hasMessageContaining("the agent of this injector is closed");
        assertThat(counting.made).hasValue(0);
    }

    @Test
    void aMissingNameIsTheCauseOfTheError() {
        Injector injector = Guice.createInjector(new JnixlModule(Config.empty()));
        assertThatThrownBy(() -> injector.getInstance(Agent.class))
                .isInstanceOf(ProvisionException.class)
                .cause()
                .asInstanceOf(type(NixlException.class))
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM);
                    assertThat(e.remedy()).contains("agent.name");
                });
    }

    @Test
    void inProductionTheErrorComesWithTheInjector() {
        assertThatThrownBy(() -> Guice.createInjector(Stage.PRODUCTION, new JnixlModule(Config.empty())))
                .isInstanceOf(CreationException.class)
                .cause()
                .isInstanceOf(NixlException.class)
                .hasMessageContaining("the agent has no name");
    }

    @Test
    void anAgentThatCouldNotBeMadeMayBeAskedForAgain() {
        Config named = Config.empty().with("agent.backends", "NOT_THERE");
        Injector injector = Guice.createInjector(new JnixlModule("agent", named), with(counting));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> injector.getInstance(Agent.class))
                    .cause()
                    .isInstanceOf(NixlException.class)
                    .hasMessageContaining("NOT_THERE");
        }
        closeAgentOf(injector);
    }

    @Test
    void twoModulesInOneInjectorAreAnError() {
        assertThatThrownBy(() -> Guice.createInjector(
                        new JnixlModule("one", Config.empty()), new JnixlModule("two", Config.empty())))
                .isInstanceOf(CreationException.class)
                .hasMessageContaining("Agent");
    }
}
