// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import org.jspecify.annotations.Nullable;

/** That a settings file cannot be read. The message says which, who names it, and why. */
final class UnreadableFile extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableFile(String file, String namedBy, String why, @Nullable Exception cause) {
        super("cannot read the settings file " + file + " (" + namedBy + "): " + why, cause);
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    String remedy() {
        return "name a readable TOML file, or none";
    }

    /** Where nothing else can be told of before the file is read. */
    NixlException asError() {
        return NixlException.of(ErrorCode.INVALID_PARAM, reason())
                .remedy(remedy())
                .cause(this)
                .build();
    }
}
