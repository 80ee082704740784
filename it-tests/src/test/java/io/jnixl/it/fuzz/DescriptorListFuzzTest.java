// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.NixlException;
import io.jnixl.spi.wire.WireDescriptors;
import io.jnixl.spi.wire.WireDescriptors.Form;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/** Any bytes are a descriptor list that can be written and read again, or are refused; see {@code docs/fuzzing.md}. */
class DescriptorListFuzzTest {
    @DictionaryFile(resourcePath = "wire.dict")
    @Timeout(value = 20, unit = TimeUnit.MINUTES) // of a whole fuzzing run; the default would end it
    @FuzzTest(maxDuration = "10m")
    void decode(byte[] bytes) {
        for (Form form : Form.values()) {
            decode(bytes, form);
        }
        decodeTransferList(bytes);
    }

    private static void decode(byte[] bytes, Form form) {
        WireDescriptors list;
        try {
            list = WireDescriptors.decode(bytes, form);
        } catch (NixlException e) {
            return;
        }
        assertThat(WireDescriptors.decode(list.encode(form), form)).isEqualTo(list);
        assertThat(list.sorted().isSorted()).isTrue();
        assertThat(list.sorted().size()).isEqualTo(list.size());
    }

    private static void decodeTransferList(byte[] bytes) {
        DescriptorList list;
        try {
            list = WireDescriptors.decode(bytes);
        } catch (NixlException e) {
            return;
        }
        assertThat(WireDescriptors.decode(WireDescriptors.encode(list))).isEqualTo(list);
    }
}
