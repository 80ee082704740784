// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.programs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PushATensorTest {

    @Test
    void bothLayersArrive() {
        Printed printed = new Printed();
        PushATensor.run(printed.stream());
        assertThat(printed.toString().lines())
                .containsExactlyInAnyOrder("first push: SUCCESS", "second push: SUCCESS", "layer 0: 40", "layer 1: 40");
    }
}
