// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.programs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WhenThingsGoWrongTest {

    @Test
    void everyStepIsReportedInOrder() throws Exception {
        Printed printed = new Printed();
        WhenThingsGoWrong.run(printed.stream());
        assertThat(printed.toString())
                .containsSubsequence(
                        "loaded decode-0",
                        "refused: NOT_ALLOWED: ",
                        "cannot be closed: used by push",
                        "holders: [push]",
                        "after cancel: ",
                        "closed",
                        "decode-0 is back, and replaces epoch ",
                        "post to the old one: NOT_FOUND, ",
                        "post to the new one: SUCCESS",
                        "lost decode-0: ",
                        "known peers: []")
                .containsPattern("after cancel: (CANCELED, cancelled|SUCCESS, nothing failed)\n");
    }
}
