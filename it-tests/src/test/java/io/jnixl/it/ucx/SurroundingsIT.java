// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.spi.wire.WireMetadata;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UCX where less is allowed, or other memory is to be had, than on a developer's machine. */
@NeedsNative(Native.UCX)
class SurroundingsIT {
    private static final int BYTES = 16 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    /** Answers what the backend tells of its ways. */
    private String writesTo(Target target) throws Exception {
        try (Arena arena = Arena.ofShared();
                Agent agent = Agent.builder("initiator")
                        .config(Config.empty().with("agent.backends", "UCX"))
                        .build()) {
            MemorySegment memory = arena.allocate(BYTES, 4096);
            Pattern.fill(memory, 5, 0);
            agent.register(memory);
            Peer peer = agent.loadPeer(target.metadata());
            try (Transfer transfer = agent.transfer(
                            Operation.WRITE,
                            DescriptorList.of(memory),
                            peer,
                            peer.region(0).slice(0, BYTES))
                    .prepare()) {
                transfer.post();
                assertThat(transfer.await(LIMIT))
                        .as(transfer.failure() + "; the target wrote: " + target.log())
                        .isEqualTo(Status.SUCCESS);
            }
            target.expect("ok", target.ask("check 0 " + BYTES + " 5"));
            return agent.backendStatistics().toString();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ALLOC_PRIO=md:sysv", "ALLOC_PRIO=md:posix", "ALLOC_PRIO=mmap"})
    void allocatesEachKindOfMemory(String setting) throws Exception {
        try (Target target = new Target(folder, "target", BYTES, true, setting)) {
            String map = Files.readString(Path.of("/proc/" + target.pid() + "/maps"));
            switch (setting) {
                case "ALLOC_PRIO=md:sysv" -> assertThat(map).contains("/SYSV");
                case "ALLOC_PRIO=md:posix" -> assertThat(map).contains("/dev/shm/ucx_shm_posix");
                default -> assertThat(map).isNotEmpty();
            }
            assertThat(target.log()).doesNotContain("ordinary memory is taken");
            writesTo(target);
            assertThat(target.end()).as(target.log()).isZero();
        }
    }

    /** Room for UCX's own buffers, and not for more. */
    @Test
    void aSmallDevShmLeavesOrdinaryMemory() throws Exception {
        Surroundings small = new Surroundings().afterMounting("mount -t tmpfs -o size=12m tmpfs /dev/shm");
        try (Target target = new Target(folder, small, "target", BYTES, true, "ALLOC_PRIO=md:posix")) {
            assertThat(target.log()).contains("UCX could not allocate " + BYTES).contains("ordinary memory is taken");
            writesTo(target);
            assertThat(target.end()).as(target.log()).isZero();
        }
    }

    /** As native NIXL's is by default: UCX ends its process when it is connected to by shared memory. */
    @Test
    void aPeerWithoutErrorHandlingOverSharedMemoryLivesAndIsReachedByTcp() throws Exception {
        try (Target target = new Target(folder, "target", BYTES, true, "MM_ERROR_HANDLING=n")) {
            assertThat(writesTo(target))
                    .containsPattern("to target: lane\\[0]: \\d+:tcp/")
                    .doesNotContainPattern("to target: lane\\[\\d+]: \\d+:(sysv|posix)/");
            assertThat(target.end()).as(target.log()).isZero();
        }
        try (Target target = new Target(folder, "another", BYTES, true, "")) {
            assertThat(writesTo(target)).containsPattern("to another: lane\\[0]: \\d+:sysv/");
        }
    }

    @Test
    void anUnprivilegedUserWithEightMebibytesToLock() throws Exception {
        Surroundings.open(folder);
        Surroundings user = new Surroundings().unprivileged(Files.createDirectory(folder.resolve("copies")));
        Surroundings.open(folder.resolve("copies"));
        try (Target target = new Target(folder, user, "target", BYTES, true, "")) {
            writesTo(target);
            assertThat(target.end()).as(target.log()).isZero();
        }
    }

    @Test
    void aTemporaryFolderThatIsNotExecutable() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("noexec"));
        Surroundings noexec = new Surroundings()
                .with("-Djava.io.tmpdir=" + temporary)
                .afterMounting("mount -t tmpfs -o noexec,mode=1777 tmpfs " + temporary);
        assertThatThrownBy(() -> new Target(folder, noexec, "target", BYTES, false, "").close())
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("jucx cannot load its library from the temporary folder " + temporary)
                .hasMessageContaining("-Djava.io.tmpdir=DIR");
    }

    @Test
    @DisplayName("D: idle target")
    void anIdleTargetSleepsAndServes() throws Exception {
        try (Target target = new Target(folder, "target", BYTES, false, "");
                Agent agent = Agent.builder("initiator")
                        .config(Config.empty().with("agent.backends", "UCX"))
                        .build()) {
            writesTo(target);
            ProcessHandle process = ProcessHandle.of(target.pid()).orElseThrow();
            Duration window = Duration.ofSeconds(3);
            Duration before = process.info().totalCpuDuration().orElseThrow();
            assertThatThrownBy(() -> agent.awaitNotification(window)).hasMessageContaining("no notification");
            Duration used = process.info().totalCpuDuration().orElseThrow().minus(before);
            assertThat(used).as("processor time while idle for %s", window).isLessThan(window.dividedBy(4));
            writesTo(target);
        }
    }

    @Test
    void metadataOfADeadProcess() throws Exception {
        byte[] stale;
        try (Target target = new Target(folder, "target", BYTES, false, "")) {
            stale = target.metadata();
            target.kill();
        }
        try (Arena arena = Arena.ofShared();
                Agent agent = Agent.builder("initiator")
                        .config(Config.empty().with("agent.backends", "UCX"))
                        .build()) {
            MemorySegment memory = arena.allocate(4096, 4096);
            agent.register(memory);
            Status status;
            String why;
            try {
                Peer peer = agent.loadPeer(stale);
                try (Transfer transfer = agent.transfer(
                                Operation.WRITE,
                                DescriptorList.of(memory),
                                peer,
                                peer.region(0).slice(0, 4096))
                        .prepare()) {
                    transfer.post();
                    status = transfer.await(LIMIT);
                    why = transfer.failure().toString();
                }
            } catch (NixlException e) {
                status = e.code().status();
                why = e.toString();
            }
            assertThat(status).as(why).isIn(Status.REMOTE_DISCONNECT, Status.BACKEND);
            assertThat(why).contains("UCX", "target", "again");
        }
    }

    @Test
    @DisplayName("I: corrupt addresses are refused before UCX sees them")
    void corruptMetadataIsRefusedAndHarmsNothing() throws Exception {
        try (Target target = new Target(folder, "target", BYTES, false, "");
                Agent agent = Agent.builder("initiator")
                        .config(Config.empty().with("agent.backends", "UCX"))
                        .build()) {
            WireMetadata good = WireMetadata.decode(target.metadata());
            byte[] address = good.connections().getFirst().info();
            for (byte[] bad : new byte[][] {{0x20}, new byte[5], garbage(address)}) {
                byte[] metadata = new WireMetadata(
                                "target", List.of(new WireMetadata.Connection("UCX", bad)), List.of())
                        .encode();
                assertThatThrownBy(() -> agent.loadPeer(metadata)).hasMessageContaining("no worker address");
            }
            assertThat(agent.peers()).isEmpty();
            writesTo(target);
        }
    }

    /** A version that no UCX has written yet. */
    private static byte[] garbage(byte[] address) {
        byte[] bad = address.clone();
        bad[0] |= 0x0f;
        return bad;
    }
}
