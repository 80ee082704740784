// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import io.jnixl.spi.OptionSpec;
import java.time.Duration;
import java.util.List;

/**
 * The options of tables {@code [decorators.NAME]}: the same for every backend.
 *
 * @since 0.1
 */
public final class DecoratorOptions {
    /** Empty: none. */
    public static final OptionSpec<List<String>> APPLY = OptionSpec.words(
                    "apply", "what to put around the backend, outermost first: metrics, faults; empty: nothing")
            .withDefault("");

    /** Without the decorator faults, they do nothing. */
    public static final OptionSpec<List<String>> FAULTS = OptionSpec.words(
                    "faults", "what goes wrong, each as WHAT:CALL:NUMBER, such as fail:post:3")
            .withDefault("");

    /** Of a post: until its end is told. */
    public static final OptionSpec<Duration> DELAY = OptionSpec.duration(
                    "delay", "how much longer a call takes that the fault delay concerns")
            .withDefault("10ms");

    /** All of them, in the order of the documentation. */
    public static final List<OptionSpec<?>> ALL = List.of(APPLY, FAULTS, DELAY);

    private DecoratorOptions() {}
}
