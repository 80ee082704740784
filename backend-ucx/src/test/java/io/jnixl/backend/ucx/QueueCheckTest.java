// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.backend.ucx.SharedSegments.Segment;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Of a segment that this process has not attached: so each look that reads the mappings finds it left. */
class QueueCheckTest {
    private static final long QUEUE = 28_442_629;
    private static final long NOW = 1_795_997_800;
    private static final PeerProcess THIS =
            new PeerProcess(ProcessHandle.current().pid(), QUEUE);

    private static Map<Long, Segment> detachedAt(long seconds) {
        return Map.of(QUEUE, new Segment(QUEUE, THIS.pid(), 3, seconds));
    }

    @Test
    void theFirstLookReadsTheMappings() {
        assertThat(new QueueCheck(THIS).isLeft(detachedAt(0), NOW)).isTrue();
    }

    @Test
    void aSegmentThatIsGoneIsLeft() {
        assertThat(new QueueCheck(THIS).isLeft(Map.of(), NOW)).isTrue();
    }

    @Test
    void theMappingsAreReadAgainOnlyWhenSomebodyHasDetached() {
        QueueCheck check = new QueueCheck(THIS);
        check.isLeft(detachedAt(NOW - 5), NOW);
        assertThat(check.isLeft(detachedAt(NOW - 5), NOW + 1)).as("as before").isFalse();
        assertThat(check.isLeft(detachedAt(NOW + 1), NOW + 2)).as("later").isTrue();
        assertThat(check.isLeft(detachedAt(NOW + 1), NOW + 3))
                .as("perhaps another in the same second")
                .isTrue();
        assertThat(check.isLeft(detachedAt(NOW + 1), NOW + 4)).isFalse();
        assertThat(check.isLeft(detachedAt(NOW - 9), NOW + 5))
                .as("the clock was set back")
                .isTrue();
    }

    @Test
    void whatCannotBeSeenIsNotLeft() {
        assertThat(new QueueCheck(new PeerProcess(THIS.pid(), PeerProcess.UNKNOWN)).isLeft(Map.of(), NOW))
                .isFalse();
        QueueCheck ended = new QueueCheck(new PeerProcess(1 << 23, QUEUE)); // above all numbers that processes have
        assertThat(ended.isLeft(detachedAt(0), NOW)).isFalse();
        assertThat(ended.isLeft(detachedAt(NOW), NOW)).isFalse();
    }
}
