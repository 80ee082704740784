// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransformerTest {

    private static final byte[] PROMPT = Fixture.PROMPT;

    private final Transformer transformer = Fixture.transformer();
    private final BlockTable table = Fixture.table();

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 32, 42})
    void suffixPrefillIsBitIdenticalToFullPrefill(int restored) {
        int next = Fixture.prefill(transformer, PROMPT, table);
        float[] logits = transformer.logits();
        BlockTable other = Fixture.table();
        Fixture.copyPages(table, other, restored);

        Transformer fresh = Fixture.transformer();
        int otherNext = Fixture.prefill(fresh, PROMPT, other);

        assertThat(otherNext).isEqualTo(next);
        assertThat(fresh.logits()).isEqualTo(logits);
        assertThat(PageBits.of(other)).isEqualTo(PageBits.of(table));
    }

    @Test
    void restoredPrefixIsNotComputedAgain() {
        Fixture.prefill(transformer, PROMPT, table);
        BlockTable other = Fixture.table();
        Fixture.copyPages(table, other, 32);
        byte[] sameSuffix = PROMPT.clone();
        Arrays.fill(sameSuffix, 0, 32, (byte) 'x');

        Fixture.prefill(transformer, sameSuffix, other);

        assertThat(PageBits.of(other)).isEqualTo(PageBits.of(table));
    }

    @Test
    void tokenByTokenDecodeIsBitIdenticalToPrefill() {
        int next = Fixture.prefill(transformer, PROMPT, table);
        float[] logits = transformer.logits();
        BlockTable other = Fixture.table();
        int decoded = -1;
        for (int i = 0; i < PROMPT.length; i++) {
            decoded = transformer.decode(Byte.toUnsignedInt(PROMPT[i]), i, other);
        }

        assertThat(decoded).isEqualTo(next);
        assertThat(transformer.logits()).isEqualTo(logits);
        assertThat(PageBits.of(other)).isEqualTo(PageBits.of(table));
    }

    @Test
    void generationContinuesAlikeFromCopiedPages() {
        int next = Fixture.prefill(transformer, PROMPT, table);
        BlockTable moved = tableWithOtherPages();
        Fixture.copyPages(table, moved, PROMPT.length);

        int[] here = Fixture.generate(transformer, next, table, 60);
        int[] there = Fixture.generate(Fixture.transformer(), next, moved, 60);

        assertThat(moved.page(0, 0)).isNotEqualTo(table.page(0, 0));
        assertThat(there).containsExactly(here);
        assertThat(PageBits.of(moved)).isEqualTo(PageBits.of(table));
    }

    @Test
    void oneCorruptFloatInAnEarlyPageChangesLogits() {
        int next = Fixture.prefill(transformer, PROMPT, table);
        BlockTable corrupt = Fixture.table();
        Fixture.copyPages(table, corrupt, PROMPT.length);
        int valueOfTokenFive = (ModelConfig.BLOCK_TOKENS + 5) * Fixture.CONFIG.hidden();
        MemorySegment page = corrupt.pool().segment(corrupt.page(0, 0));
        float old = page.getAtIndex(ValueLayout.JAVA_FLOAT, valueOfTokenFive);
        page.setAtIndex(ValueLayout.JAVA_FLOAT, valueOfTokenFive, old + 1.0f);

        transformer.decode(next, PROMPT.length, table);
        float[] good = transformer.logits();
        transformer.decode(next, PROMPT.length, corrupt);

        assertThat(transformer.logits()).isNotEqualTo(good);
    }

    @Test
    void lostPageChangesTheGeneratedTokens() {
        int next = Fixture.prefill(transformer, PROMPT, table);
        BlockTable corrupt = Fixture.table();
        Fixture.copyPages(table, corrupt, PROMPT.length);
        corrupt.pool().segment(corrupt.page(0, 0)).fill((byte) 0);

        int[] good = Fixture.generate(transformer, next, table, 20);
        int[] bad = Fixture.generate(transformer, next, corrupt, 20);

        assertThat(bad).isNotEqualTo(good);
    }

    @Test
    void promptsThatDifferEarlyContinueDifferently() {
        byte[] other = PROMPT.clone();
        other[2] = 'o';

        int[] tokens = Fixture.generate(transformer, Fixture.prefill(transformer, PROMPT, table), table, 20);
        BlockTable otherTable = Fixture.table();
        int[] otherTokens =
                Fixture.generate(transformer, Fixture.prefill(transformer, other, otherTable), otherTable, 20);

        assertThat(otherTokens).isNotEqualTo(tokens);
        assertThat(Arrays.stream(tokens).distinct().count()).isGreaterThan(5);
    }

    /** Processes on different machines rely on equal bits; if this fails without a change to the model, they differ. */
    @Test
    void continuationIsTheSameOnEveryMachine() {
        int next = Fixture.prefill(transformer, PROMPT, table);

        int[] tokens = Fixture.generate(transformer, next, table, 8);

        assertThat(tokens).containsExactly(145, 225, 28, 92, 115, 92, 95, 72);
        assertThat(Arrays.hashCode(transformer.logits())).isEqualTo(-296_652_380);
    }

    @Test
    void listenerFindsEachLayerCompleteAndTheNextNotBegun() {
        List<byte[]> seen = new ArrayList<>();
        List<Integer> layers = new ArrayList<>();

        transformer.prefill(PROMPT, table, layer -> {
            layers.add(layer);
            seen.add(firstPage(layer));
            if (layer + 1 < Fixture.CONFIG.layers()) {
                assertThat(firstPage(layer + 1)).containsOnly(0);
            }
        });

        assertThat(layers).containsExactly(0, 1, 2);
        for (int layer = 0; layer < Fixture.CONFIG.layers(); layer++) {
            assertThat(seen.get(layer)).isEqualTo(firstPage(layer));
        }
    }

    @Test
    void failedListenerLeavesTheLengthAndMayBeRetried() {
        assertThatIllegalStateException()
                .isThrownBy(() -> transformer.prefill(PROMPT, table, layer -> {
                    throw new IllegalStateException("push failed");
                }));
        assertThat(table.length()).isZero();

        BlockTable untouched = Fixture.table();
        assertThat(Fixture.prefill(transformer, PROMPT, table))
                .isEqualTo(Fixture.prefill(transformer, PROMPT, untouched));
    }

    @Test
    void exhaustedPoolFailsBeforeAnythingIsComputed() {
        PagePool small = Fixture.pool(2 * Fixture.CONFIG.layers());
        BlockTable cramped = new BlockTable(small);

        assertThatExceptionOfType(PagePoolExhaustedException.class)
                .isThrownBy(() -> Fixture.prefill(transformer, PROMPT, cramped));

        assertThat(cramped.length()).isZero();
        assertThat(small.available()).isEqualTo(small.capacity());
    }

    @Test
    void sequenceMayFillTheModelButNotExceedIt() {
        int max = Fixture.CONFIG.maxTokens();
        Fixture.prefill(transformer, new byte[max], table);

        assertThatIllegalArgumentException().isThrownBy(() -> transformer.decode(0, max, table));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Fixture.prefill(transformer, new byte[max + 1], Fixture.table()));
    }

    @Test
    void rejectsWrongArguments() {
        assertThatIllegalArgumentException().isThrownBy(() -> Fixture.prefill(transformer, new byte[0], table));
        Fixture.prefill(transformer, PROMPT, table);

        assertThatIllegalArgumentException().isThrownBy(() -> Fixture.prefill(transformer, PROMPT, table));
        assertThatIllegalArgumentException().isThrownBy(() -> transformer.decode(256, PROMPT.length, table));
        assertThatIllegalArgumentException().isThrownBy(() -> transformer.decode(-1, PROMPT.length, table));
        assertThatIllegalArgumentException().isThrownBy(() -> transformer.decode(0, PROMPT.length - 1, table));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Transformer(ModelConfig.defaults(1), Fixture.WEIGHTS))
                .withMessageContaining("configurations differ");
    }

    private byte[] firstPage(int layer) {
        return table.pool().segment(table.page(layer, 0)).toArray(ValueLayout.JAVA_BYTE);
    }

    /** Returns an empty table whose pages have other numbers, and another order, than those of {@link #table}. */
    private static BlockTable tableWithOtherPages() {
        PagePool pool = Fixture.pool(40);
        pool.allocate(31);
        for (int page = 1; page < 31; page += 2) {
            pool.free(page);
        }
        return new BlockTable(pool);
    }
}
