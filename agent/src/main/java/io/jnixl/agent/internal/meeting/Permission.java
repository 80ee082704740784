// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import io.jnixl.agent.internal.config.Shown;
import io.jnixl.agent.internal.config.Spelling;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What another agent may do over a connection. */
public enum Permission {
    /** Take this agent's metadata. */
    FETCH,
    /** Have its own loaded, unasked. */
    LOAD,
    /** Have a peer forgotten. */
    INVALIDATE;

    private static final List<String> WORDS =
            Arrays.stream(values()).map(Permission::word).toList();

    /** As it stands in the settings. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Those that a setting names.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for any other word
     */
    public static Set<Permission> of(List<String> words) {
        EnumSet<Permission> some = EnumSet.noneOf(Permission.class);
        for (String word : words) {
            int place = WORDS.indexOf(word.toLowerCase(Locale.ROOT));
            if (place < 0) {
                throw NixlException.of(ErrorCode.INVALID_PARAM, "agent.listen_commands has no word " + Shown.text(word))
                        .remedy(Spelling.remedy(word, WORDS))
                        .build();
            }
            some.add(values()[place]);
        }
        return some;
    }
}
