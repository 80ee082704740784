// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OptionSpecTest {
    private static final OptionSpec<Boolean> SWITCH = OptionSpec.bool("switch", "a switch");
    private static final OptionSpec<Integer> NUMBER = OptionSpec.integer("number", "a number", -5, 100);
    private static final OptionSpec<Long> BYTES = OptionSpec.bytes("bytes", "a size", 1, 1L << 42);
    private static final OptionSpec<Duration> TIME = OptionSpec.duration("time", "a time");

    private static ThrowableAssertAlternative<NixlException> refused(OptionSpec<?> option, String text) {
        return assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> option.parse(text))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAM))
                .withMessageContaining(option.name());
    }

    @Test
    void aNativeNameIsKeptWhateverElseIsSaid() {
        OptionSpec<String> option = OptionSpec.string("endpoints", "servers").nativeName("NIXL_ETCD_ENDPOINTS");
        assertThat(List.of(option, option.secret(), option.required(), option.withDefault("x")))
                .allSatisfy(one -> assertThat(one.nativeName()).isEqualTo("NIXL_ETCD_ENDPOINTS"));
        assertThat(option.secret().isSecret()).isTrue();
        assertThat(option.withDefault("x").nativeName("NIXL_Y").defaultText()).isEqualTo("x");
        assertThat(OptionSpec.string("endpoints", "servers").nativeName()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "NIXL_", "nixl_x", "UCX_TLS", "NIXL_A B"})
    void whatIsNoNativeName(String name) {
        assertThatThrownBy(() -> SWITCH.nativeName(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("native name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"y", "YES", "On", "1", "true", "enable"})
    void yes(String word) {
        assertThat(SWITCH.parse(word)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"n", "No", "OFF", "0", "false", "disable"})
    void no(String word) {
        assertThat(SWITCH.parse(word)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " yes", "2", "ja", "truee"})
    void neitherYesNorNo(String word) {
        refused(SWITCH, word).withMessageContaining("\"" + word + "\"").withMessageContaining("expected yes or no");
    }

    @ParameterizedTest
    @CsvSource({"0,0", "100,100", "-5,-5", "0x10,16", "0X1f,31", "010,10", "000,0", "-05,-5", "0x0010,16"})
    void numbers(String text, int expected) {
        assertThat(NUMBER.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "101",
                "-6",
                "1.5",
                "+3",
                "1_000",
                "0x",
                "#10",
                "99999999999999999999",
                "0x8000000000000000",
                "1 "
            })
    void numbersThatAreNone(String text) {
        refused(NUMBER, text);
    }

    @ParameterizedTest
    @CsvSource({
        "1,1",
        "4096,4096",
        "64K,65536",
        "64 kib,65536",
        "16MiB,16777216",
        "2g,2147483648",
        "1TB,1099511627776",
        "7b,7"
    })
    void sizes(String text, long expected) {
        assertThat(BYTES.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "K", "-1", "1.5G", "1X", "8T", "9999999999999G", "99999999999999999999"})
    void sizesThatAreNone(String text) {
        refused(BYTES, text);
    }

    @ParameterizedTest
    @CsvSource({
        "0s,PT0S",
        "250us,PT0.00025S",
        "200 ms,PT0.2S",
        "2s,PT2S",
        "1m,PT1M",
        "3min,PT3M",
        "1h,PT1H",
        "7ns,PT0.000000007S",
        "PT2S,PT2S",
        "p1d,PT24H"
    })
    void times(String text, Duration expected) {
        assertThat(TIME.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2",
                "2 seconds",
                "-1s",
                "PT-1S",
                "P1Y",
                "PT",
                "1.5s",
                "99999999999999999999s",
                "9223372036854775807h"
            })
    void timesThatAreNone(String text) {
        refused(TIME, text);
    }

    private enum Colour {
        RED,
        DARK_BLUE
    }

    @Test
    void choicesWordsAndPaths() {
        OptionSpec<Colour> colour = OptionSpec.choice("colour", "a colour", Colour.class);
        assertThat(colour.parse("dark_blue")).isEqualTo(Colour.DARK_BLUE);
        assertThat(colour.parse("RED")).isEqualTo(Colour.RED);
        refused(colour, "green").withMessageContaining("one of red, dark_blue");
        OptionSpec<List<String>> words = OptionSpec.words("words", "some words");
        assertThat(words.parse(" a, b  c,,d ")).containsExactly("a", "b", "c", "d");
        assertThat(words.parse("")).isEmpty();
        OptionSpec<Path> path = OptionSpec.path("path", "a path");
        assertThat(path.parse("/tmp/x")).isEqualTo(Path.of("/tmp/x"));
        refused(path, "a\0b");
        assertThat(OptionSpec.string("text", "any text").parse(" as it is ")).isEqualTo(" as it is ");
    }

    @Test
    void defaultsMustParse() {
        assertThat(NUMBER.withDefault("7").defaultText()).isEqualTo("7");
        assertThatThrownBy(() -> NUMBER.withDefault("1000")).isInstanceOf(IllegalArgumentException.class);
        assertThat(NUMBER.withDefault("7").required().defaultText()).isNull();
        assertThat(NUMBER.required().isRequired()).isTrue();
        assertThat(NUMBER.required().withDefault("7").isRequired()).isFalse();
        assertThat(NUMBER).hasToString("number (number from -5 to 100)");
        assertThat(NUMBER.withDefault("7").toString()).contains("default 7");
        assertThatThrownBy(() -> OptionSpec.string("Bad-Name", "")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void secretsAreNotShown() {
        OptionSpec<Integer> secret = NUMBER.secret();
        assertThat(secret.isSecret()).isTrue();
        assertThat(secret.withDefault("7").isSecret()).isTrue();
        assertThat(secret.required().isSecret()).isTrue();
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> secret.parse("hunter2"))
                .satisfies(e -> {
                    for (Throwable t = e; t != null; t = t.getCause()) {
                        assertThat(String.valueOf(t.getMessage())).doesNotContain("hunter2");
                    }
                });
    }

    @Test
    void configGivesValuesDefaultsAndOrigins() {
        OptionSpec<Integer> withDefault = NUMBER.withDefault("7");
        BackendConfig config = BackendConfig.of(Map.of("number", "9"), Map.of("number", "jnixl.toml:3:7"));
        assertThat(config.get(withDefault)).isEqualTo(9);
        assertThat(config.isSet(withDefault)).isTrue();
        assertThat(config.origin(withDefault)).isEqualTo("jnixl.toml:3:7");
        BackendConfig empty = BackendConfig.of(Map.of());
        assertThat(empty.get(withDefault)).isEqualTo(7);
        assertThat(empty.find(NUMBER)).isEmpty();
        assertThat(empty.origin(withDefault)).isEqualTo("default");
        assertThatThrownBy(() -> empty.get(NUMBER)).isInstanceOf(IllegalArgumentException.class);
        assertThat(BackendConfig.of(Map.of("number", "9")).origin(NUMBER)).isEqualTo("program");
    }
}
