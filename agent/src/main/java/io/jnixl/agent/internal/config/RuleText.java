// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import io.jnixl.spi.OptionSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A selection rule in the words of the file, on one line: {@code when = { remote = "FILE" }, use = ["GDS"]}. */
final class RuleText {
    private final List<String> parts = new ArrayList<>();

    private RuleText() {}

    static String of(SelectionRule rule) {
        RuleText text = new RuleText();
        String when = conditions(rule.when());
        if (!when.isEmpty()) {
            text.parts.add("when = { " + when + " }");
        }
        text.list(SelectionOptions.USE, rule.use());
        text.list(SelectionOptions.ALLOW, rule.permits().allow());
        text.list(SelectionOptions.DENY, rule.permits().deny());
        if (rule.by() != SelectionRule.By.ORDER) {
            text.word(SelectionOptions.BY, rule.by().name().toLowerCase(Locale.ROOT));
        }
        if (rule.failover()) {
            text.parts.add(SelectionOptions.FAILOVER.name() + " = true");
        }
        return text.toString();
    }

    private static String conditions(SelectionWhen when) {
        RuleText text = new RuleText();
        text.word(SelectionOptions.LOCAL, name(when.local()));
        text.word(SelectionOptions.REMOTE, name(when.remote()));
        text.word(SelectionOptions.PEER, when.peer());
        String operation = name(when.operation());
        text.word(SelectionOptions.OPERATION, operation == null ? null : operation.toLowerCase(Locale.ROOT));
        text.span(when.bytes(), SelectionOptions.MIN_BYTES, SelectionOptions.MAX_BYTES);
        text.span(when.descriptors(), SelectionOptions.MIN_DESCRIPTORS, SelectionOptions.MAX_DESCRIPTORS);
        return text.toString();
    }

    private static @Nullable String name(@Nullable Enum<?> constant) {
        return constant == null ? null : constant.name();
    }

    private void word(OptionSpec<?> option, @Nullable String word) {
        if (word != null) {
            parts.add(option.name() + " = " + quoted(word));
        }
    }

    private void list(OptionSpec<?> option, List<String> names) {
        if (!names.isEmpty()) {
            parts.add(option.name() + " = ["
                    + String.join(", ", names.stream().map(RuleText::quoted).toList()) + "]");
        }
    }

    private void span(Span span, OptionSpec<?> least, OptionSpec<?> greatest) {
        if (span.min() > 0) {
            parts.add(least.name() + " = " + span.min());
        }
        if (span.max() < Long.MAX_VALUE) {
            parts.add(greatest.name() + " = " + span.max());
        }
    }

    private static String quoted(String text) {
        return "\"" + Shown.text(text).replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    @Override
    public String toString() {
        return String.join(", ", parts);
    }
}
