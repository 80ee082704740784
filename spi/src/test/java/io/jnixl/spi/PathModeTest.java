// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.FileOption;
import io.jnixl.api.NixlException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PathModeTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void readsNativeForms() {
        PathMode plain = PathMode.parse(bytes("ro:/data/kv"));
        assertThat(plain.path()).isEqualTo(Path.of("/data/kv"));
        assertThat(plain.options()).containsExactly(FileOption.READ);
        PathMode full = PathMode.parse(bytes("rw,direct,sync,noatime,create,truncate:/data/k:v"));
        assertThat(full.path()).isEqualTo(Path.of("/data/k:v"));
        assertThat(full.options()).containsExactlyInAnyOrder(FileOption.values());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ro",
                "ro:",
                ":/x",
                "r:/x",
                "rw,:/x",
                "rw,fast:/x",
                "direct:/x",
                "ro,create:/x",
                "ro,truncate:/x",
                "RO:/x",
                "ro:a\0b"
            })
    void refusesEverythingElse(String text) {
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> PathMode.parse(bytes(text)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM));
    }

    @Test
    void saysWhichWordIsWrong() {
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> PathMode.parse(bytes("rw,fast:/x")))
                .withMessageContaining("\"fast\" in \"rw,fast:/x\" is not a mode");
    }

    @Test
    void roundTripsEveryCombination() {
        for (int bits = 0; bits < 1 << FileOption.values().length; bits++) {
            EnumSet<FileOption> options = EnumSet.noneOf(FileOption.class);
            FileOption[] all = FileOption.values();
            for (int i = 0; i < all.length; i++) {
                if ((bits >> i & 1) != 0) {
                    options.add(all[i]);
                }
            }
            boolean changes = options.contains(FileOption.CREATE) || options.contains(FileOption.TRUNCATE);
            if (changes && !options.contains(FileOption.WRITE)) {
                assertThatExceptionOfType(NixlException.class)
                        .isThrownBy(() -> new PathMode(Path.of("x"), options))
                        .withMessageMatching(".*(CREATE|TRUNCATE) needs WRITE.*");
                continue;
            }
            PathMode mode = new PathMode(Path.of("/d\u00fcr/x y"), options);
            assertThat(PathMode.parse(mode.encode())).isEqualTo(mode);
        }
        assertThat(new PathMode(Path.of("/x"), Set.of(FileOption.WRITE, FileOption.DIRECT)).encode())
                .isEqualTo(bytes("rw,direct:/x"));
    }

    @Test
    void recognisesTheForm() {
        assertThat(PathMode.isPathMode(bytes("ro:/x"))).isTrue();
        assertThat(PathMode.isPathMode(bytes("rw,direct:/x"))).isTrue();
        assertThat(PathMode.isPathMode(bytes(""))).isFalse();
        assertThat(PathMode.isPathMode(bytes("r"))).isFalse();
        assertThat(PathMode.isPathMode(bytes("/x"))).isFalse();
    }

    @Test
    void aPathToLookAtIsWhatModeOrPlainPathNames() {
        assertThat(pathOf("ro:/a")).isEqualTo("/a");
        assertThat(pathOf("rw,direct,create:/a:b")).isEqualTo("/a:b");
        assertThat(pathOf("/plain")).isEqualTo("/plain");
        assertThat(pathOf("rx:/a")).isEqualTo("rx:/a");
        assertThat(pathOf("rw,fast:/a")).isEqualTo("rw,fast:/a");
        assertThat(pathOf("ro:")).isEqualTo("ro:");
        assertThat(pathOf("ro:/a\nb")).isEqualTo("/a\nb");
        assertThat(pathOf("rw" + ",sync".repeat(20_000) + ":x")).isEqualTo("x");
    }

    private static String pathOf(String text) {
        return PathMode.pathOf(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
