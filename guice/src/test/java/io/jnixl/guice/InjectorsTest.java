// SPDX-License-Identifier: Apache-2.0
package io.jnixl.guice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.inject.AbstractModule;
import com.google.inject.CreationException;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.Module;
import com.google.inject.PrivateModule;
import com.google.inject.Stage;
import com.google.inject.name.Names;
import io.jnixl.api.Agent;
import io.jnixl.api.BackendInfo;
import io.jnixl.api.Config;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Agents of private modules, of parents and of children: whose they are, and who ends them. */
class InjectorsTest {
    private final CountingProvider one = new CountingProvider("ONE");
    private final CountingProvider two = new CountingProvider("TWO");

    /** An agent with one backend, seen by its name only. */
    private static final class Named extends PrivateModule {
        private final String name;
        private final CountingProvider backend;

        Named(String name, CountingProvider backend) {
            this.name = name;
            this.backend = backend;
        }

        @Override
        protected void configure() {
            install(new JnixlModule(name, Config.empty()));
            JnixlModule.backends(binder()).addBinding().toInstance(backend);
            bind(Agent.class).annotatedWith(Names.named(name)).to(Agent.class);
            bind(AgentCloser.class).annotatedWith(Names.named(name)).to(AgentCloser.class);
            expose(Agent.class).annotatedWith(Names.named(name));
            expose(AgentCloser.class).annotatedWith(Names.named(name));
        }
    }

    private static Module with(CountingProvider provider) {
        return new AbstractModule() {
            @Override
            protected void configure() {
                JnixlModule.backends(binder()).addBinding().toInstance(provider);
            }
        };
    }

    private static Agent agent(Injector injector, String name) {
        return injector.getInstance(Key.get(Agent.class, Names.named(name)));
    }

    private static AgentCloser closer(Injector injector, String name) {
        return injector.getInstance(Key.get(AgentCloser.class, Names.named(name)));
    }

    private static List<String> running(Agent agent) {
        return agent.backends().stream()
                .filter(info -> info.state() == BackendInfo.State.ACTIVE)
                .map(BackendInfo::name)
                .filter(name -> name.equals("ONE") || name.equals("TWO"))
                .toList();
    }

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            names = {"DEVELOPMENT", "PRODUCTION"})
    void privateModulesHaveAnAgentEach(Stage stage) {
        Injector injector = Guice.createInjector(stage, new Named("prefill", one), new Named("decode", two));
        Agent prefill = agent(injector, "prefill");
        Agent decode = agent(injector, "decode");
        assertThat(prefill).isSameAs(agent(injector, "prefill")).isNotSameAs(decode);
        assertThat(List.of(prefill.name(), decode.name())).containsExactly("prefill", "decode");
        assertThat(running(prefill)).containsExactly("ONE");
        assertThat(running(decode)).containsExactly("TWO");

        closer(injector, "prefill").close();
        assertThat(List.of(one.closed.get(), two.closed.get())).containsExactly(1, 0);
        decode.allocate(1).close();
        closer(injector, "decode").close();
        assertThat(two.closed).hasValue(1);
        assertThat(List.of(one.made.get(), two.made.get())).containsExactly(1, 1);
    }

    @Test
    void whatIsPrivateIsSeenByItsNameOnly() {
        Injector injector = Guice.createInjector(new Named("prefill", one));
        assertThat(injector.getExistingBinding(Key.get(Agent.class))).isNull();
        assertThat(injector.getExistingBinding(Key.get(AgentCloser.class))).isNull();
    }

    @Test
    void anAgentOfThePublicAndOneOfAPrivateModuleAreRefused() {
        assertThatThrownBy(
                        () -> Guice.createInjector(new JnixlModule("main", Config.empty()), new Named("prefill", one)))
                .isInstanceOf(CreationException.class)
                .hasMessageContaining("BackendProvider");
    }

    @Test
    void childrenShareTheParentsAgent() {
        Injector parent = Guice.createInjector(new JnixlModule("agent", Config.empty()), with(one));
        Injector child = parent.createChildInjector();
        Agent agent = child.getInstance(Agent.class);
        assertThat(parent.createChildInjector().getInstance(Agent.class)).isSameAs(agent);
        assertThat(parent.getInstance(Agent.class)).isSameAs(agent);
        child.getInstance(AgentCloser.class).close();
        parent.getInstance(AgentCloser.class).close();
        assertThat(List.of(one.made.get(), one.closed.get())).containsExactly(1, 1);
    }

    @Test
    void aChildCannotAddToTheParentsAgent() {
        Injector parent = Guice.createInjector(new JnixlModule("agent", Config.empty()));
        assertThatThrownBy(() -> parent.createChildInjector(with(one)))
                .isInstanceOf(CreationException.class)
                .hasMessageContaining("BackendProvider");
        assertThat(one.made).hasValue(0);
    }

    @Test
    void childrenWithModulesOfTheirOwnHaveAgentsOfTheirOwn() {
        Injector parent = Guice.createInjector();
        Injector first = parent.createChildInjector(new JnixlModule("first", Config.empty()), with(one));
        Injector second = parent.createChildInjector(new JnixlModule("second", Config.empty()), with(two));
        assertThat(running(first.getInstance(Agent.class))).containsExactly("ONE");
        assertThat(running(second.getInstance(Agent.class))).containsExactly("TWO");
        first.getInstance(AgentCloser.class).close();
        assertThat(List.of(one.closed.get(), two.closed.get())).containsExactly(1, 0);
        second.getInstance(AgentCloser.class).close();
        assertThat(two.closed).hasValue(1);
    }
}
