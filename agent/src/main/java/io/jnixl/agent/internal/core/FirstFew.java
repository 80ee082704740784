// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import java.util.Collection;
import java.util.stream.Collectors;

/** Lists for messages, of which nobody reads thousands. */
final class FirstFew {
    private static final int SHOWN = 4;

    private FirstFew() {}

    /** The first few, and how many more there are. */
    static String of(Collection<?> all) {
        String shown = all.stream().limit(SHOWN).map(String::valueOf).collect(Collectors.joining(", "));
        return all.size() > SHOWN ? shown + " and " + (all.size() - SHOWN) + " more" : shown;
    }
}
