// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.OptionSpec;
import java.util.List;
import java.util.Map;

/**
 * The options of one transfer.
 *
 * @param bounce whether what is not aligned goes through a buffer
 * @param durable what the end of a WRITE promises
 */
record TransferOptions(boolean bounce, Durable durable) {
    static final OptionSpec<Boolean> BOUNCE = OptionSpec.bool(
                    "bounce",
                    "With files that are open with DIRECT: what is not aligned is moved through an aligned buffer"
                            + " instead of being refused. Of a WRITE, offsets and lengths must be aligned all the same.")
            .withDefault("false");

    static final OptionSpec<Durable> DURABLE = OptionSpec.choice(
                    Durable.OPTION,
                    "What the end of a transfer that writes to files promises about a loss of power: no; data, that the bytes"
                            + " can be read again (fdatasync); full, the file's times as well (fsync).",
                    Durable.class)
            .withDefault("no");

    static final List<OptionSpec<?>> ALL = List.of(BOUNCE, DURABLE);

    /**
     * Reads them.
     *
     * @throws NixlException for an unknown name or a value that does not fit
     */
    static TransferOptions of(Map<String, String> given) {
        List<String> known = ALL.stream().<String>map(OptionSpec::name).toList();
        for (String name : given.keySet()) {
            if (!known.contains(name)) {
                throw NixlException.of(
                                ErrorCode.INVALID_PARAM,
                                "unknown transfer option " + name + "; there are " + String.join(", ", known))
                        .backend(PosixBackendProvider.NAME)
                        .remedy("leave it out")
                        .build();
            }
        }
        return new TransferOptions(
                BOUNCE.parse(given.getOrDefault(BOUNCE.name(), "false")),
                DURABLE.parse(given.getOrDefault(DURABLE.name(), "no")));
    }
}
