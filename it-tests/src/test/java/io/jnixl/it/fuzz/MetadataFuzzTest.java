// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryFile;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jnixl.api.NixlException;
import io.jnixl.spi.wire.WireMetadata;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

/** Any bytes are metadata that can be written and read again, or are refused; see {@code docs/fuzzing.md}. */
class MetadataFuzzTest {
    @DictionaryFile(resourcePath = "wire.dict")
    @Timeout(value = 20, unit = TimeUnit.MINUTES) // of a whole fuzzing run; the default would end it
    @FuzzTest(maxDuration = "10m")
    void decode(byte[] bytes) {
        WireMetadata metadata;
        try {
            metadata = WireMetadata.decode(bytes);
        } catch (NixlException e) {
            return;
        }
        assertThat(WireMetadata.decode(metadata.encode())).isEqualTo(metadata);
    }
}
