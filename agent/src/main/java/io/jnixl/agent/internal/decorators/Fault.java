// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.decorators;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One fault, written as {@code WHAT:CALL:WHEN}.
 *
 * @param what goes wrong
 * @param call with which calls
 * @param first the first that it concerns, counted from 1
 * @param onwards whether it concerns all after that, too
 * @param text as it was written
 */
record Fault(What what, Call call, long first, boolean onwards, String text) {
    private static final Pattern FORM = Pattern.compile("([a-z]+):([a-z_]+):(?:(\\d{1,18})(\\+?)|\\*)");

    /** What can go wrong, and with which calls. */
    enum What {
        /** The call fails. */
        FAIL,
        /** The call takes longer; of a post, its end comes later. */
        DELAY,
        /** The post moves less than it should, says so, and fails. */
        SHORT,
        /** The post's peer is declared dead. */
        DEAD,
        /** The message is not delivered, and nobody is told. */
        LOSE;

        private Set<Call> calls() {
            return switch (this) {
                case FAIL, DELAY -> EnumSet.complementOf(EnumSet.of(Call.NOTIFICATION));
                case SHORT, DEAD -> EnumSet.of(Call.POST);
                case LOSE -> EnumSet.of(Call.NOTIFICATION);
            };
        }

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Such as {@code short:post}. */
        private String forms() {
            return word() + ":"
                    + String.join("|", calls().stream().map(Call::word).toList());
        }
    }

    boolean concerns(long number) {
        return number == first || (onwards && number > first);
    }

    /**
     * Reads one.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} and the forms that there are
     */
    static Fault parse(String key, String text) {
        Matcher matcher = FORM.matcher(text);
        if (matcher.matches()) {
            for (What what : What.values()) {
                for (Call call : what.calls()) {
                    if (what.word().equals(matcher.group(1)) && call.word().equals(matcher.group(2))) {
                        return of(what, call, matcher, key, text);
                    }
                }
            }
        }
        throw malformed(key, text);
    }

    private static Fault of(What what, Call call, Matcher matcher, String key, String text) {
        if (matcher.group(3) == null) {
            return new Fault(what, call, 1, true, text);
        }
        long first = Long.parseLong(matcher.group(3));
        if (first == 0) {
            throw malformed(key, text);
        }
        return new Fault(what, call, first, matcher.group(4).equals("+"), text);
    }

    private static NixlException malformed(String key, String text) {
        List<String> forms = List.of(What.values()).stream().map(What::forms).toList();
        return NixlException.of(ErrorCode.INVALID_PARAM, key + ": \"" + text + "\" is no fault")
                .remedy(
                        "write WHAT:CALL:NUMBER, such as fail:post:3, or 3+ for the third and all after it, or * for all;"
                                + " there are " + String.join(", ", forms))
                .build();
    }
}
