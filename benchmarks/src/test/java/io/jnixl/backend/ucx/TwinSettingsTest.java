// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx; // sees what the backend tells UCX

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The comparison is fair only while both sides tell UCX the same. */
class TwinSettingsTest {
    private static final Pattern ENTRY = Pattern.compile("\\{\"([A-Z_]+)\", \"([^\"]*)\", (\\d+)\\},");

    @ParameterizedTest
    @ValueSource(ints = {13, 15, 18, 21, 22})
    void hasTheSettingsOfTheBackend(int minor) throws IOException {
        assertThat(settings(minor))
                .isEqualTo(
                        UcxDefaults.of(new UcpVersion(1, minor), 4, new UcxTransports("all"), UcxDefaults.Rdma.NONE));
    }

    private static Map<String, String> settings(int minor) throws IOException {
        try (InputStream in = Objects.requireNonNull(
                TwinSettingsTest.class.getResourceAsStream("/io/jnixl/benchmarks/twin/twin.c"))) {
            Map<String, String> found = new HashMap<>();
            Matcher entries = ENTRY.matcher(new String(in.readAllBytes(), UTF_8));
            while (entries.find()) {
                if (minor >= Integer.parseInt(entries.group(3))) {
                    found.put(entries.group(1), entries.group(2));
                }
            }
            return found;
        }
    }
}
