// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryInfo;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is asked about storage, and what becomes of the answer. */
final class StorageQueryTest extends CoreFixture {
    private final ScriptedProvider mute =
            new ScriptedProvider("MUTE").kinds(MemoryKind.DRAM, MemoryKind.FILE).preference(9);
    private final ScriptedProvider knowing = new ScriptedProvider("KNOWING")
            .kinds(MemoryKind.DRAM, MemoryKind.FILE)
            .preference(5);

    @BeforeEach
    void makeAgent() {
        agent = agent("me", List.of(provider, mute, knowing));
        knowing.backend().onQuery = r -> new String(r.metaInfo(), StandardCharsets.UTF_8).equals("there")
                ? Optional.of(MemoryInfo.file(10, 0100644, 3))
                : Optional.empty();
    }

    private static MemoryRegion file(String name) {
        return MemoryRegion.storage(MemoryKind.FILE, 1, 0, 0, name.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void theFirstThatCanSayAnswersInOrder() {
        List<Optional<MemoryInfo>> answers = agent.queryMemory(List.of(file("gone"), file("there"), file("")));

        assertThat(answers).hasSize(3);
        assertThat(answers.get(0)).isEmpty();
        assertThat(answers.get(1)).hasValueSatisfying(info -> {
            assertThat(info.size()).hasValue(10);
            assertThat(info.mode()).hasValue(0100644);
            assertThat(info.modified().orElseThrow().getEpochSecond()).isEqualTo(3);
            assertThat(info.attributes()).containsEntry("size", "10").containsEntry("mtime", "3");
        });
        assertThat(answers.get(2)).isEmpty();
        assertThat(agent.queryMemory(List.of())).isEmpty();
    }

    @Test
    void aNamedBackendIsAskedAlone() {
        assertThat(agent.queryMemory(List.of(file("there")), "KNOWING").getFirst())
                .isPresent();
        assertNixl(ErrorCode.NOT_SUPPORTED, () -> agent.queryMemory(List.of(file("there")), "MUTE"))
                .satisfies(e -> assertThat(e.descriptor()).isZero())
                .withMessageContaining("MUTE");
        List<MemoryRegion> regions = List.of(file("there"));
        assertNixl(ErrorCode.NOT_FOUND, () -> agent.queryMemory(regions, "ONE"));
        assertNixl(ErrorCode.NOT_FOUND, () -> agent.queryMemory(regions, "NOBODY"));
    }

    @Test
    void kindsThatNobodyTakes() {
        MemoryRegion object = MemoryRegion.storage(MemoryKind.OBJ, 1, 0, 0, new byte[0]);

        assertNixl(ErrorCode.NOT_FOUND, () -> agent.queryMemory(List.of(file("there"), object)))
                .satisfies(e -> assertThat(e.descriptor()).isEqualTo(1))
                .withMessageContaining("no backend takes OBJ");
    }

    @Test
    void failuresNameTheRegion() {
        knowing.backend().onQuery = r -> {
            throw new NixlException(ErrorCode.BACKEND, "the disk is on fire");
        };
        assertNixl(ErrorCode.BACKEND, () -> agent.queryMemory(List.of(file("there"))))
                .satisfies(e -> assertThat(e.backend()).isEqualTo("KNOWING"))
                .withMessageContaining("the disk is on fire");
        knowing.backend().onQuery = r -> {
            throw new IllegalStateException("bug");
        };
        assertNixl(ErrorCode.BACKEND, () -> agent.queryMemory(List.of(file("there"))))
                .withMessageContaining("defect of the backend");
    }

    @Test
    void aClosedAgentAnswersNothing() {
        agent.close();
        List<MemoryRegion> regions = List.of(file("there"));
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.queryMemory(regions));
    }
}
