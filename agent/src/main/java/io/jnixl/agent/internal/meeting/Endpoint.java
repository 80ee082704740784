// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;

/**
 * Where another agent listens.
 *
 * @param host a name or address, not empty
 * @param port from 1 to 65535
 */
public record Endpoint(String host, int port) {
    /** Checks. */
    public Endpoint {
        if (host.isBlank() || port < 1 || port > 65535) {
            throw NixlException.of(
                            ErrorCode.INVALID_PARAM, "no agent can listen at host \"" + host + "\", port " + port)
                    .remedy("give a host name or address and a port from 1 to 65535")
                    .build();
        }
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + port;
    }
}
