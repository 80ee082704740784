// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.programs;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.google.inject.Guice;
import com.google.inject.Injector;
import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.BackendInfo;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Registration;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.api.TransferBuilder;
import io.jnixl.guice.AgentCloser;
import io.jnixl.guice.JnixlModule;
import io.jnixl.spi.BackendProvider;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TapeBackendTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int BYTES = 3 << 20; // several chunks

    @TempDir
    Path library;

    private AgentCloser closer;
    private Agent agent;
    private Allocation memory;

    @BeforeEach
    void start() {
        Config config = Config.empty().with("agent.backends", "TAPE").with("backends.TAPE.library", library.toString());
        Injector injector = Guice.createInjector(new JnixlModule("tapes", config), new Deployment.TapeModule());
        closer = injector.getInstance(AgentCloser.class);
        agent = injector.getInstance(Agent.class);
        memory = agent.allocate(BYTES);
    }

    @AfterEach
    void end() {
        memory.close();
        closer.close();
    }

    private static MemoryRegion object(long device, String key) {
        return MemoryRegion.storage(MemoryKind.OBJ, device, 0, 0, key.getBytes(StandardCharsets.UTF_8));
    }

    private static DescriptorList part(long device, long offset, long length) {
        return DescriptorList.of(MemoryKind.OBJ, device, new long[] {offset}, new long[] {length});
    }

    private TransferBuilder transfer(Operation operation, MemorySegment local, DescriptorList remote) {
        return agent.transfer(operation, DescriptorList.of(local), agent.self(), remote);
    }

    private static Status run(Transfer transfer) {
        Status status = transfer.post();
        return status == Status.IN_PROGRESS ? transfer.await(PATIENCE) : status;
    }

    private byte[] fillMemory() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        byte[] bytes = new byte[BYTES];
        new SplittableRandom(seed).nextBytes(bytes);
        MemorySegment.copy(bytes, 0, memory.segment(), JAVA_BYTE, 0, BYTES);
        return bytes;
    }

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        byte[] bytes = fillMemory();
        try (Registration _ = agent.register(object(7, "reel-1"));
                Transfer write = transfer(Operation.WRITE, memory.segment(), part(7, 100, BYTES))
                        .prepare();
                Transfer read = transfer(Operation.READ, memory.segment(), part(7, 100, BYTES))
                        .prepare()) {
            assertThat(run(write)).isEqualTo(Status.SUCCESS);
            assertThat(Files.size(library.resolve("reel-1"))).isEqualTo(100 + BYTES);
            memory.segment().fill((byte) 0);
            assertThat(run(read)).isEqualTo(Status.SUCCESS);
            assertThat(memory.segment().toArray(JAVA_BYTE)).isEqualTo(bytes);
            assertThat(read.backend()).isEqualTo("TAPE");
        }
    }

    @Test
    void oneTransferIsPostedManyTimesAndMovesManyRanges() throws IOException {
        byte[] bytes = fillMemory();
        DescriptorList local = DescriptorList.blocks(memory.segment(), 4096).select(5, 1, 9);
        DescriptorList remote =
                DescriptorList.of(MemoryKind.OBJ, 3, new long[] {8192, 0, 4096}, new long[] {4096, 4096, 4096});
        try (Registration _ = agent.register(object(3, "reel-2"));
                Transfer write = agent.transfer(Operation.WRITE, local, agent.self(), remote)
                        .prepare()) {
            for (int i = 0; i < 100; i++) {
                assertThat(run(write)).isEqualTo(Status.SUCCESS);
            }
        }
        byte[] stored = Files.readAllBytes(library.resolve("reel-2"));
        assertThat(stored).hasSize(3 * 4096);
        assertThat(stored).containsExactly(concatenate(bytes, 1, 9, 5));
    }

    private static byte[] concatenate(byte[] bytes, int... blocks) {
        byte[] all = new byte[blocks.length * 4096];
        for (int i = 0; i < blocks.length; i++) {
            System.arraycopy(bytes, blocks[i] * 4096, all, i * 4096, 4096);
        }
        return all;
    }

    @Test
    void readingPastTheEndNamesTheDescriptorAndTheObject() throws IOException {
        Files.write(library.resolve("short"), new byte[5000]);
        DescriptorList local = DescriptorList.blocks(memory.segment(), 4096).select(0, 2);
        DescriptorList remote = DescriptorList.of(MemoryKind.OBJ, 1, new long[] {0, 8192}, new long[] {4096, 4096});
        try (Registration _ = agent.register(object(1, "short"));
                Transfer read = agent.transfer(Operation.READ, local, agent.self(), remote)
                        .prepare()) {
            assertThat(run(read)).isEqualTo(Status.BACKEND);
            assertThat(read.failure().descriptor()).isEqualTo(1);
            assertThat(read.failure().message())
                    .contains("object short: ", "the object ends at 5000, before offset 8192");
            assertThat(run(read)).as("a failed transfer can be posted again").isEqualTo(Status.BACKEND);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../outside", "/etc/passwd", ".hidden", "a/b", "a\0b", "ä"})
    void keysThatAreNoNamesAreRefused(String key) {
        assertThatThrownBy(() -> agent.register(object(1, key)))
                .isInstanceOfSatisfying(NixlException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM);
                    assertThat(e.backend()).isEqualTo("TAPE");
                })
                .hasMessageContaining("an object's key is");
    }

    @Test
    void otherMemoryIsRefused() {
        assertThatThrownBy(() -> agent.register(MemoryRegion.raw(MemoryKind.DRAM, 0, 4096, 4096)))
                .hasMessageContaining("is a raw address");
        assertThatThrownBy(() -> agent.register(MemoryRegion.raw(MemoryKind.VRAM, 0, 4096, 4096)))
                .hasMessageContaining("no backend takes VRAM");
        try (Registration _ = agent.register(object(1, "a"))) {
            assertThatThrownBy(() -> agent.transfer(Operation.READ, part(1, 0, 16), agent.self(), part(1, 16, 16))
                            .prepare())
                    .hasMessageContaining("does no READ between OBJ and OBJ");
        }
        MemorySegment half = memory.segment().asSlice(0, 16);
        assertThatThrownBy(() ->
                        transfer(Operation.READ, half, DescriptorList.of(half)).prepare())
                .hasMessageContaining("does no READ between DRAM and DRAM");
    }

    @Test
    void unknownTransferOptionsAreRefused() {
        try (Registration _ = agent.register(object(1, "a"))) {
            assertThatThrownBy(() -> transfer(Operation.WRITE, memory.segment(), part(1, 0, BYTES))
                            .option("speed", "fast")
                            .prepare())
                    .hasMessageContaining("[speed]");
        }
    }

    @Test
    void aMissingLibraryIsNamedWithItsOrigin() {
        Path missing = library.resolve("missing");
        Config config = Config.empty().with("agent.backends", "TAPE").with("backends.TAPE.library", missing.toString());
        Injector injector = Guice.createInjector(new JnixlModule("tapes", config), new Deployment.TapeModule());
        assertThatThrownBy(() -> injector.getInstance(Agent.class))
                .cause()
                .hasMessageContaining("there is no folder " + missing)
                .hasMessageContaining("(program)");
    }

    /** Found as a stranger's jar would be: classes and service file are in no module and seen by a loader of their own. */
    @Test
    void aServiceFileMakesItKnown() throws Exception {
        Path jar = library.resolve("jar");
        Path service = jar.resolve("META-INF/services").resolve(BackendProvider.class.getName());
        Files.createDirectories(service.getParent());
        Files.writeString(service, TapeBackendProvider.class.getName() + "\n");
        URL classes =
                TapeBackendProvider.class.getProtectionDomain().getCodeSource().getLocation();
        ClassLoader withoutExamples = new ClassLoader(TapeBackendProvider.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                if (name.startsWith("io.jnixl.examples.")) {
                    throw new ClassNotFoundException(name);
                }
                return super.loadClass(name, resolve);
            }
        };
        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL(), classes}, withoutExamples);
                Agent found = Agent.builder("finds-tapes")
                        .config(Config.empty().with("backends.TAPE.library", library.toString()))
                        .classLoader(loader)
                        .build()) {
            assertThat(found.backends())
                    .filteredOn(info -> info.name().equals("TAPE"))
                    .extracting(BackendInfo::state, BackendInfo::origin)
                    .containsExactly(tuple(BackendInfo.State.ACTIVE, jar.toString()));
            try (Registration reel = found.register(object(1, "found"))) {
                assertThat(reel.outcomes())
                        .extracting(Registration.Outcome::backend)
                        .containsExactly("TAPE");
            }
        }
    }
}
