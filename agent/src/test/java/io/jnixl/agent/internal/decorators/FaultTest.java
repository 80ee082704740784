// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.decorators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultTest {
    private static final String KEY = "decorators.ONE.faults";

    private static List<Long> concerned(String text) {
        Fault fault = Fault.parse(KEY, text);
        return LongStream.rangeClosed(1, 5).filter(fault::concerns).boxed().toList();
    }

    @Test
    void itConcernsOneCallOrAllFromOneOnOrAll() {
        assertThat(concerned("fail:post:3")).containsExactly(3L);
        assertThat(concerned("fail:post:3+")).containsExactly(3L, 4L, 5L);
        assertThat(concerned("delay:load_peer:*")).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void itKnowsItsCall() {
        Fault fault = Fault.parse(KEY, "lose:notification:1");
        assertThat(fault.what()).isEqualTo(Fault.What.LOSE);
        assertThat(fault.call()).isEqualTo(Call.NOTIFICATION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fail",
                "fail:post",
                "fail:post:0",
                "fail:post:-1",
                "fail:post:x",
                "fail:post:1234567890123456789",
                "fail:notification:1",
                "lose:post:1",
                "short:register:1",
                "dead:send:1",
                "explode:post:1",
                "FAIL:POST:1"
            })
    void whatIsMalformedOrMakesNoSenseIsAnErrorWithTheForms(String text) {
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> Fault.parse(KEY, text))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM))
                .satisfies(e -> assertThat(e.remedy()).contains("fail:post:3", "lose:notification"))
                .withMessageContaining(KEY)
                .withMessageContaining(text);
    }
}
