// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PagePoolTest {

    private static final ModelConfig CONFIG = Fixture.CONFIG;

    @Test
    void pagesLieOneAfterAnotherInTheMemory() {
        MemorySegment memory = Arena.ofAuto().allocate(3L * CONFIG.pageBytes() + 5);
        PagePool pool = new PagePool(memory, CONFIG);

        assertThat(pool.capacity()).isEqualTo(3);
        assertThat(pool.pageBytes()).isEqualTo(CONFIG.pageBytes());
        assertThat(pool.offset(2)).isEqualTo(2L * CONFIG.pageBytes());
        assertThat(pool.segment(2).address()).isEqualTo(memory.address() + pool.offset(2));
        assertThat(pool.segment(2).byteSize()).isEqualTo(CONFIG.pageBytes());
    }

    @Test
    void exhaustionSaysWhatWasWantedAndTakesNothing() {
        PagePool pool = Fixture.pool(3);
        pool.allocate();

        assertThatExceptionOfType(PagePoolExhaustedException.class)
                .isThrownBy(() -> pool.allocate(3))
                .withMessage("page pool exhausted: wanted 3 pages, but only 2 of 3 are free");
        assertThat(pool.available()).isEqualTo(2);
        assertThat(pool.allocate(2)).containsExactly(1, 2);
        assertThatExceptionOfType(PagePoolExhaustedException.class).isThrownBy(pool::allocate);
    }

    @Test
    void freedPageIsAllocatedAgain() {
        PagePool pool = Fixture.pool(3);
        pool.allocate(3);

        pool.free(1);

        assertThat(pool.allocate()).isEqualTo(1);
    }

    @Test
    void rejectsWrongArguments() {
        PagePool pool = Fixture.pool(2);
        int page = pool.allocate();
        pool.free(page);

        assertThatIllegalArgumentException().isThrownBy(() -> pool.free(page)).withMessageContaining("free already");
        assertThatIllegalArgumentException().isThrownBy(() -> pool.free(2));
        assertThatIllegalArgumentException().isThrownBy(() -> pool.segment(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> pool.offset(2));
        assertThatIllegalArgumentException().isThrownBy(() -> pool.allocate(-1));
    }

    @Test
    void rejectsMemoryItCannotUse() {
        MemorySegment page = Arena.ofAuto().allocate(CONFIG.pageBytes());

        assertThatIllegalArgumentException().isThrownBy(() -> new PagePool(page.asSlice(1), CONFIG));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PagePool(page.asReadOnly(), CONFIG))
                .withMessageContaining("read-only");
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.SECONDS)
    void noTwoThreadsHoldTheSamePage() throws Exception {
        PagePool pool = Fixture.pool(16);
        Set<Integer> held = ConcurrentHashMap.newKeySet();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> runs = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                runs.add(threads.submit(() -> takeAndReturn(pool, held)));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        }
        assertThat(pool.available()).isEqualTo(16);
    }

    private static void takeAndReturn(PagePool pool, Set<Integer> held) {
        for (int i = 0; i < 2000; i++) {
            int[] pages = pool.allocate(3);
            for (int page : pages) {
                assertThat(held.add(page)).isTrue();
            }
            for (int page : pages) {
                held.remove(page);
                pool.free(page);
            }
        }
    }
}
