// SPDX-License-Identifier: Apache-2.0
package org.example.zipstore;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.Operation;
import io.jnixl.api.Registration;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.api.TransferFailure;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The backend as an application uses it: found by the agent, chosen because nobody else takes objects. */
class ZipStoreTest {
    private static final int BYTES = 200_000;
    private static final long BEYOND = 5L << 32;

    @TempDir
    Path folder;

    private Agent agent;
    private Allocation allocation;
    private MemorySegment memory;
    private Registration object;

    @BeforeEach
    void start() {
        Config config = Config.empty().with("backends.ZIPSTORE.folder", folder.toString());
        agent = Agent.builder("zipped").config(config).build();
        allocation = agent.allocate(BYTES);
        memory = allocation.segment();
        object = agent.register(MemoryRegion.storage(MemoryKind.OBJ, 1, 0, 0, "text".getBytes(StandardCharsets.UTF_8)));
    }

    @AfterEach
    void end() {
        object.close();
        allocation.close();
        agent.close();
    }

    private Transfer transfer(Operation operation, long offset) {
        DescriptorList part = DescriptorList.of(MemoryKind.OBJ, 1, new long[] {offset}, new long[] {BYTES});
        return agent.transfer(operation, DescriptorList.of(memory), agent.self(), part)
                .prepare();
    }

    private static Status run(Transfer transfer) {
        Status status = transfer.post();
        return status == Status.IN_PROGRESS ? transfer.await(Duration.ofSeconds(20)) : status;
    }

    private byte[] fill() {
        for (int i = 0; i < BYTES; i++) {
            memory.set(ValueLayout.JAVA_BYTE, i, (byte) ("all work and no play ".charAt(i % 21)));
        }
        return memory.toArray(ValueLayout.JAVA_BYTE);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve("text"))) {
            return files.sorted().toList();
        }
    }

    @Test
    void whatIsWrittenTakesLessRoomAndIsReadBack() throws IOException {
        byte[] bytes = fill();
        try (Transfer write = transfer(Operation.WRITE, BEYOND + 100);
                Transfer read = transfer(Operation.READ, BEYOND + 100)) {
            assertEquals("ZIPSTORE", write.backend());
            assertEquals(Status.SUCCESS, run(write));
            long stored = 0;
            for (Path file : files()) {
                stored += Files.size(file);
            }
            assertTrue(stored > 0 && stored < BYTES / 20, stored + " bytes");
            memory.fill((byte) 0);
            assertEquals(Status.SUCCESS, run(read));
            assertArrayEquals(bytes, memory.toArray(ValueLayout.JAVA_BYTE));
        }
    }

    @Test
    void whatWasNeverWrittenCannotBeRead() {
        try (Transfer read = transfer(Operation.READ, 0)) {
            assertEquals(Status.BACKEND, run(read));
            TransferFailure failure = read.failure();
            assertEquals(0, failure.descriptor());
            assertTrue(failure.message().startsWith("object text: "), failure::message);
            assertTrue(failure.message().contains("nothing was ever written from offset 0"), failure::message);
        }
    }

    @Test
    void damageIsNoticed() throws IOException {
        fill();
        try (Transfer write = transfer(Operation.WRITE, 0);
                Transfer read = transfer(Operation.READ, 0)) {
            assertEquals(Status.SUCCESS, run(write));
            Path second = files().get(1);
            byte[] packed = Files.readAllBytes(second);
            packed[packed.length - 1] ^= 1; // of the checksum
            Files.write(second, packed);
            assertEquals(Status.BACKEND, run(read));
            assertTrue(read.failure().message().contains(second + " is damaged"), read.failure()::message);
        }
    }
}
