// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.agent.AgentAssembly;
import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The exchange that docs/metadata-exchange.md shows is {@link BoardProvider}, and works. */
class MetadataExchangePageTest {
    private static final Path MODULE =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath();

    @Test
    void thePageQuotesWhatIsCompiled() throws IOException {
        String page = Files.readString(MODULE.resolveSibling("docs").resolve("metadata-exchange.md"));
        String source = Files.readString(MODULE.resolve("src/test/java/io/jnixl/it/docs/BoardProvider.java"));
        assertThat(page).contains(source.substring(source.indexOf("@SpiVersion")));
    }

    private static Agent agent(String name) {
        Config config = Config.empty().with("agent.backends", "MEMORY").with("agent.exchange", "board");
        return AgentAssembly.of(config).name(name).exchange(new BoardProvider()).build();
    }

    @Test
    void itWorks() throws Exception {
        try (Agent a = agent("a");
                Agent b = agent("b");
                Allocation memory = a.allocate(4096)) {
            CountDownLatch gone = new CountDownLatch(2); // loaded, invalidated
            b.onPeer(event -> gone.countDown());
            var waiting = b.exchange().fetch("a");
            a.exchange().publish().get(20, TimeUnit.SECONDS);
            Peer peer = waiting.get(20, TimeUnit.SECONDS);
            assertThat(peer.region(0).length()).isEqualTo(memory.segment().byteSize());
            a.exchange().withdraw().get(20, TimeUnit.SECONDS);
            assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(peer.isCurrent()).isFalse();
        }
    }
}
