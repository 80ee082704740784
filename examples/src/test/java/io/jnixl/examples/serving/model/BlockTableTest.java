// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BlockTableTest {

    private static final int LAYERS = Fixture.CONFIG.layers();

    @Test
    void reservesOnePagePerLayerAndBlock() {
        PagePool pool = Fixture.pool(4 * LAYERS);
        BlockTable table = new BlockTable(pool);

        table.reserve(17);
        table.reserve(33);
        table.reserve(1);

        assertThat(table.blocks()).isEqualTo(3);
        assertThat(table.length()).isZero();
        assertThat(pool.available()).isEqualTo(LAYERS);
        assertThat(pagesOf(table)).hasSize(3 * LAYERS);
    }

    @Test
    void reservedPagesKeepTheirPlaceAsTheTableGrows() {
        BlockTable table = Fixture.table();
        table.reserve(16);
        int page = table.page(1, 0);

        table.reserve(64);

        assertThat(table.page(1, 0)).isEqualTo(page);
    }

    @Test
    void exhaustedPoolLeavesTheTableUnchanged() {
        PagePool pool = Fixture.pool(2 * LAYERS);
        BlockTable table = new BlockTable(pool);
        table.reserve(16);

        assertThatExceptionOfType(PagePoolExhaustedException.class).isThrownBy(() -> table.reserve(48));

        assertThat(table.blocks()).isEqualTo(1);
        assertThat(pool.available()).isEqualTo(LAYERS);
    }

    @Test
    void closeGivesAllPagesBackAndMayBeRepeated() {
        PagePool pool = Fixture.pool(2 * LAYERS);
        BlockTable table = new BlockTable(pool);
        table.reserve(20);
        table.advance(20);

        table.close();
        table.close();

        assertThat(pool.available()).isEqualTo(2 * LAYERS);
        assertThat(table.length()).isZero();
        assertThat(table.blocks()).isZero();
    }

    @Test
    void advancesNoFurtherThanItsPages() {
        BlockTable table = Fixture.table();
        table.reserve(10);
        table.advance(16);

        assertThat(table.length()).isEqualTo(16);
        assertThatIllegalArgumentException().isThrownBy(() -> table.advance(1));
        assertThatIllegalArgumentException().isThrownBy(() -> table.advance(-1));
    }

    @Test
    void rejectsWhatTheModelDoesNotHave() {
        BlockTable table = Fixture.table();
        table.reserve(16);

        assertThatIllegalArgumentException().isThrownBy(() -> table.reserve(129));
        assertThatIllegalArgumentException().isThrownBy(() -> table.reserve(-1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> table.page(0, 1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> table.page(LAYERS, 0));
    }

    private static Set<Integer> pagesOf(BlockTable table) {
        Set<Integer> pages = new HashSet<>();
        for (int layer = 0; layer < LAYERS; layer++) {
            for (int block = 0; block < table.blocks(); block++) {
                pages.add(table.page(layer, block));
            }
        }
        return pages;
    }
}
