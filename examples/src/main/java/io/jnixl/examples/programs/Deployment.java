// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.programs;

import com.google.inject.AbstractModule;
import com.google.inject.Binder;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Registration;
import io.jnixl.api.Setting;
import io.jnixl.guice.AgentCloser;
import io.jnixl.guice.JnixlModule;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One deployment's choice: a settings file gives the agent its name, configures backends and says which of them to prefer for
 * what; Guice puts the agent together, with a backend of the program's own and a policy that takes backends out of use while the program
 * runs. Prints what was chosen, and why.
 *
 * @since 0.1
 */
public final class Deployment {
    private static final int BYTES = 1 << 20;
    private static final byte[] OBJECT = "checkpoint-1".getBytes(StandardCharsets.UTF_8);

    private Deployment() {}

    /**
     * Explains the choices.
     *
     * @param args the settings file, {@code examples/deployment.toml} unless given
     */
    public static void main(String[] args) throws IOException {
        Path library = Files.createTempDirectory("tape-");
        try {
            run(Path.of(args.length > 0 ? args[0] : "examples/deployment.toml"), library, System.out);
        } finally {
            Files.deleteIfExists(library.resolve(new String(OBJECT, StandardCharsets.UTF_8)));
            Files.delete(library);
        }
    }

    static void run(Path settings, Path library, PrintStream out) {
        Config config = Config.of(settings).with("backends.TAPE.library", library.toString());
        DrainedBackends drained = new DrainedBackends();
        Injector injector = Guice.createInjector(new JnixlModule(config), new TapeModule(), new DrainModule(drained));
        try (AgentCloser _ = injector.getInstance(AgentCloser.class)) {
            Agent agent = injector.getInstance(Agent.class); // or "@Inject Agent agent" in a class that Guice makes
            explain(agent, out);
            drained.drain("TAPE", "its robot is being repaired");
            out.println("with TAPE drained, to an object:");
            explainObject(agent, out);
        }
    }

    /** Brings the program's own word in the choice. */
    record DrainModule(DrainedBackends drained) implements Module {
        @Override
        public void configure(Binder binder) {
            JnixlModule.policies(binder).addBinding().toInstance(drained);
        }
    }

    /** Brings the program's own backend; those on the class or module path need no module. */
    static final class TapeModule extends AbstractModule {
        @Override
        protected void configure() {
            JnixlModule.backends(binder()).addBinding().toInstance(new TapeBackendProvider());
        }
    }

    private static void explain(Agent agent, PrintStream out) {
        agent.settings().stream()
                .filter(s -> !s.origin().equals("default"))
                .map(Setting::toString)
                .forEach(out::println);
        try (Agent decode = Agent.builder("decode-7").config(Config.empty()).build();
                Allocation _ = decode.allocate(BYTES);
                Allocation memory = agent.allocate(BYTES)) {
            DescriptorList local = DescriptorList.of(memory.segment());
            Peer peer = agent.loadPeer(decode.metadata());
            out.println("to " + peer.name() + ":");
            out.println(indent(
                    agent.explain(Operation.WRITE, local, peer, peer.region(0).all())
                            .toString()));
        }
        out.println("to an object:");
        explainObject(agent, out);
    }

    private static void explainObject(Agent agent, PrintStream out) {
        try (Allocation memory = agent.allocate(BYTES);
                Registration object = agent.register(MemoryRegion.storage(MemoryKind.OBJ, 1, 0, BYTES, OBJECT))) {
            DescriptorList local = DescriptorList.of(memory.segment());
            out.println(indent(agent.explain(Operation.WRITE, local, agent.self(), object.descriptors())
                    .toString()));
        }
    }

    private static String indent(String text) {
        return text.indent(2).stripTrailing();
    }
}
