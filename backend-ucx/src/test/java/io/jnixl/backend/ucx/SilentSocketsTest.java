// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SilentSocketsTest {
    private static final byte ESTABLISHED = 1;
    private static final byte CLOSE_WAIT = 8;
    private static final long LIMIT = 10;

    private final SilentSockets sockets = new SilentSockets();

    private static TcpSocket socket(int tries) {
        return new TcpSocket(7, "a", ESTABLISHED, tries, 100);
    }

    private List<TcpSocket> look(long now, TcpSocket... all) {
        return sockets.look(List.of(all), now, LIMIT);
    }

    @Test
    void oneIsLateWhenItWasAskedAfterTheLimitAndHasNotAnsweredByTheNextLook() {
        assertThat(look(-5, socket(1))).isEmpty();
        assertThat(look(4, socket(4))).isEmpty();
        assertThat(look(5, socket(5))).as("the limit is over").isEmpty();
        assertThat(look(6, socket(5))).isEmpty();
        assertThat(look(7, socket(6))).as("asked again, just now").isEmpty();
        assertThat(look(8, socket(6))).containsExactly(socket(6));
        assertThat(look(9, socket(7))).as("until it is gone").containsExactly(socket(7));
    }

    /** The kernel may ask long after a cut that was shorter than the limit. */
    @Test
    void oneThatWasNotAskedIsNotLate() {
        look(0, socket(5));
        for (int now = 1; now < 5 * LIMIT; now++) {
            assertThat(look(now, socket(5))).isEmpty();
        }
    }

    @Test
    void anAnswerToWhatWasAskedStartsItAnew() {
        look(0, socket(5));
        look(10, socket(5));
        look(11, socket(6));
        assertThat(look(12, socket(0))).isEmpty();
        assertThat(look(13, socket(1))).isEmpty();
        assertThat(look(14, socket(2))).isEmpty();
        assertThat(look(15, socket(3))).isEmpty();
    }

    @Test
    void anAnswerBetweenTwoLooksStartsItAnew() {
        look(0, socket(5));
        assertThat(look(9, socket(1))).as("asked less often than before").isEmpty();
        assertThat(look(10, socket(1))).isEmpty();
        assertThat(look(11, socket(2))).isEmpty();
        assertThat(look(12, socket(2))).isEmpty();
        look(19, socket(2));
        look(20, socket(3));
        assertThat(look(21, socket(3))).containsExactly(socket(3));
    }

    @Test
    void whatIsAcknowledgedMeanwhileStartsItAnew() {
        look(0, socket(5));
        look(10, socket(5));
        look(11, socket(6));
        assertThat(look(12, new TcpSocket(7, "a", ESTABLISHED, 6, 101))).isEmpty();
    }

    @Test
    void theNextOfTheSameNumberIsAnother() {
        look(0, socket(5));
        look(10, socket(5));
        look(11, socket(6));
        assertThat(look(12, new TcpSocket(7, "b", ESTABLISHED, 6, 100))).isEmpty();
    }

    @Test
    void oneThatEndsAnyhowIsLeftAlone() {
        for (int now = 0; now < 3 * LIMIT; now++) {
            assertThat(look(now, new TcpSocket(7, "a", CLOSE_WAIT, now, 100))).isEmpty();
        }
    }

    @Test
    void eachHasItsOwnTime() {
        TcpSocket other = new TcpSocket(8, "b", ESTABLISHED, 1, 5);
        look(0, socket(1));
        look(5, socket(1), other);
        look(10, socket(1), other);
        look(11, socket(2), other);
        assertThat(look(12, socket(2), other)).containsExactly(socket(2));
    }
}
