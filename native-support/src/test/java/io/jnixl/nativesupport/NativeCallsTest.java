// SPDX-License-Identifier: Apache-2.0
package io.jnixl.nativesupport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class NativeCallsTest {
    @Test
    void textEndsAtItsZeroOrAtTheLimit() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocateFrom("größer");

            assertThat(NativeCalls.text(text, 100)).isEqualTo("größer");
            assertThat(NativeCalls.text(text, 2)).isEqualTo("gr");
            assertThat(NativeCalls.text(MemorySegment.NULL, 100)).isEmpty();
        }
    }

    @Test
    void uncheckedThrowablesPassAsTheyAre() {
        IllegalStateException exception = new IllegalStateException("a");
        AssertionError error = new AssertionError("b");

        assertThat(NativeCalls.rethrow(exception)).isSameAs(exception);
        assertThatThrownBy(() -> NativeCalls.rethrow(error)).isSameAs(error);
        assertThat(NativeCalls.rethrow(new Exception("c")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("c");
    }

    @Test
    void theHintNamesBothDistributions() {
        assertThat(Packages.hint("libucx0", "ucx"))
                .isEqualTo("apt-get install libucx0 (Debian, Ubuntu) or dnf install ucx (Fedora)");
    }
}
