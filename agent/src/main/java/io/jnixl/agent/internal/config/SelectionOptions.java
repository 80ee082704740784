// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import io.jnixl.api.Operation;
import io.jnixl.spi.OptionSpec;
import java.util.List;

/**
 * The keys of a {@code [[selection]]} table.
 *
 * @since 0.1
 */
public final class SelectionOptions {
    private static final String KIND = "one of DRAM, VRAM, BLK, OBJ, FILE; any unless given";

    static final OptionSpec<String> LOCAL = OptionSpec.string("local", "kind of the local memory, " + KIND);
    static final OptionSpec<String> REMOTE = OptionSpec.string("remote", "kind of the far side's memory, " + KIND);
    static final OptionSpec<String> PEER = OptionSpec.string(
            "peer",
            "the peer's name, where * stands for any text and ? for one character; for transfers within an agent, its own"
                    + " name. Any unless given");
    static final OptionSpec<Operation> OPERATION =
            OptionSpec.choice("operation", "which way; either unless given", Operation.class);
    static final OptionSpec<Long> MIN_BYTES =
            OptionSpec.bytes("min_bytes", "the least that the transfer moves in one post", 0, Long.MAX_VALUE);
    static final OptionSpec<Long> MAX_BYTES =
            OptionSpec.bytes("max_bytes", "the most that the transfer moves in one post", 0, Long.MAX_VALUE);
    static final OptionSpec<Integer> MIN_DESCRIPTORS = OptionSpec.integer(
            "min_descriptors", "the least number of descriptors, before neighbours are merged", 1, Integer.MAX_VALUE);
    static final OptionSpec<Integer> MAX_DESCRIPTORS =
            OptionSpec.integer("max_descriptors", "the greatest number of descriptors", 1, Integer.MAX_VALUE);

    static final OptionSpec<List<String>> USE = OptionSpec.words(
            "use", "the backends to try, best first; all that run, in the agent's order, unless given");
    static final OptionSpec<List<String>> ALLOW =
            OptionSpec.words("allow", "of those, the backends that may be used; all unless given");
    static final OptionSpec<List<String>> DENY =
            OptionSpec.words("deny", "of those, the backends that may not be used; it beats allow");
    static final OptionSpec<SelectionRule.By> BY = OptionSpec.choice(
                    "by",
                    "what orders the backends that could do it: the order above, what each expects it to take, or how fast"
                            + " each was",
                    SelectionRule.By.class)
            .withDefault("order");
    static final OptionSpec<Boolean> FAILOVER = OptionSpec.bool(
                    "failover",
                    "whether the next backend takes over from one that fails at prepare, or at a post before any byte has"
                            + " moved")
            .withDefault("false");

    /** The conditions, in the order of the documentation. */
    public static final List<OptionSpec<?>> WHEN =
            List.of(LOCAL, REMOTE, PEER, OPERATION, MIN_BYTES, MAX_BYTES, MIN_DESCRIPTORS, MAX_DESCRIPTORS);

    /** What a rule says besides its conditions, in the order of the documentation. */
    public static final List<OptionSpec<?>> SAYS = List.of(USE, ALLOW, DENY, BY, FAILOVER);

    private SelectionOptions() {}
}
