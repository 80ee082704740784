// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli;

import io.jnixl.api.Setting;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Settings for people: key, value and origin, each in a column. */
final class SettingLines {
    private SettingLines() {}

    static Stream<String> of(List<Setting> settings) {
        int keys = width(settings, Setting::key);
        int values = width(settings, Setting::value);
        return settings.stream()
                .map(setting -> Text.pad(setting.key(), keys) + " = " + Text.pad(setting.value(), values) + "  "
                        + Text.line(setting.origin()));
    }

    private static int width(List<Setting> settings, Function<Setting, String> column) {
        return settings.stream()
                .map(column)
                .map(Text::line)
                .mapToInt(String::length)
                .max()
                .orElse(0);
    }
}
