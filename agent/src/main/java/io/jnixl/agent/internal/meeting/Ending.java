// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import org.jspecify.annotations.Nullable;

/** Why a connection ended, for whoever asks; each gets an exception of its own. */
record Ending(ErrorCode code, String why, @Nullable String remedy) {
    static Ending broken(String why) {
        return new Ending(ErrorCode.REMOTE_DISCONNECT, why, "see that the other agent runs and listens there");
    }

    NixlException exception() {
        NixlException.Builder error = NixlException.of(code, why);
        return (remedy == null ? error : error.remedy(remedy)).build();
    }
}
