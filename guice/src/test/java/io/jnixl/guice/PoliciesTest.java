// SPDX-License-Identifier: Apache-2.0
package io.jnixl.guice;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Inject;
import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.Singleton;
import io.jnixl.agent.AgentAssembly;
import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.Explanation;
import io.jnixl.api.Operation;
import io.jnixl.spi.SelectionPolicy;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Policies by Guice, which may inject them, and without it. */
class PoliciesTest {
    /** Something of the application's that a policy asks. */
    @Singleton
    static final class BusyLinks {
        final Set<String> busy = ConcurrentHashMap.newKeySet();
    }

    private record Avoiding(String name, BusyLinks links) implements SelectionPolicy {
        @Override
        public Verdict select(Question question) {
            return question.candidates().stream()
                    .map(Candidate::backend)
                    .filter(links.busy::contains)
                    .findFirst()
                    .map(backend -> Verdict.veto(backend, "its link is busy"))
                    .orElse(Verdict.NONE);
        }
    }

    static final class AvoidBusyLinks implements SelectionPolicy {
        private final Avoiding policy;

        @Inject
        AvoidBusyLinks(BusyLinks links) {
            policy = new Avoiding("avoid busy links", links);
        }

        @Override
        public String name() {
            return policy.name();
        }

        @Override
        public Verdict select(Question question) {
            return policy.select(question);
        }
    }

    /** Prefers one backend. */
    private record Preferring(String backend) implements SelectionPolicy {
        @Override
        public String name() {
            return "prefer " + backend;
        }

        @Override
        public Verdict select(Question question) {
            return Verdict.prefer(List.of(backend), "");
        }
    }

    private static Module backends(String... names) {
        return new AbstractModule() {
            @Override
            protected void configure() {
                for (String name : names) {
                    JnixlModule.backends(binder()).addBinding().toInstance(new CountingProvider(name));
                }
            }
        };
    }

    private static Module policy(SelectionPolicy policy) {
        return new AbstractModule() {
            @Override
            protected void configure() {
                JnixlModule.policies(binder()).addBinding().toInstance(policy);
            }
        };
    }

    private static Explanation explanation(Agent agent) {
        try (Allocation near = agent.allocate(4096);
                Allocation far = agent.allocate(4096)) {
            return agent.explain(
                    Operation.WRITE, DescriptorList.of(near.segment()), agent.self(), DescriptorList.of(far.segment()));
        }
    }

    @Test
    void aPolicyIsInjected() {
        Module policies = new AbstractModule() {
            @Override
            protected void configure() {
                JnixlModule.policies(binder()).addBinding().to(AvoidBusyLinks.class);
            }
        };
        Injector injector =
                Guice.createInjector(new JnixlModule("agent", Config.empty()), backends("ONE", "TWO"), policies);
        try (AgentCloser _ = injector.getInstance(AgentCloser.class)) {
            Agent agent = injector.getInstance(Agent.class);
            String first = String.valueOf(explanation(agent).chosen());
            injector.getInstance(BusyLinks.class).busy.add(first);
            Explanation later = explanation(agent);
            assertThat(later.chosen()).isNotNull().isNotEqualTo(first);
            assertThat(later.toString()).contains(first + ": vetoed by policy avoid busy links: its link is busy");
        }
    }

    @Test
    void policiesAreAskedInTheOrderOfTheirModules() {
        Injector injector = Guice.createInjector(
                backends("ONE", "TWO"),
                policy(new Preferring("ONE")),
                new JnixlModule("agent", Config.empty()),
                policy(new Preferring("TWO")));
        try (AgentCloser _ = injector.getInstance(AgentCloser.class)) {
            assertThat(explanation(injector.getInstance(Agent.class)).rule())
                    .isEqualTo("policy prefer TWO after policy prefer ONE after the order of backends");
        }
    }

    @Test
    void withoutGuiceItIsTheSame() {
        Config config = Config.empty().with("agent.name", "same").with("agent.backends", "TWO,ONE");
        Injector injector =
                Guice.createInjector(new JnixlModule(config), backends("ONE", "TWO"), policy(new Preferring("ONE")));
        try (AgentCloser _ = injector.getInstance(AgentCloser.class);
                Agent plain = AgentAssembly.of(config)
                        .backend(new CountingProvider("ONE"))
                        .backend(new CountingProvider("TWO"))
                        .policy(new Preferring("ONE"))
                        .build()) {
            Agent injected = injector.getInstance(Agent.class);
            assertThat(explanation(injected)).isEqualTo(explanation(plain));
            assertThat(explanation(injected).chosen()).isEqualTo("ONE");
            assertThat(injected.name()).isEqualTo(plain.name());
            assertThat(injected.settings()).isEqualTo(plain.settings());
            assertThat(injected.backends()).isEqualTo(plain.backends());
        }
    }
}
