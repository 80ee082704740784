// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.config;

/** A value as somebody gave it, and where. */
record Given(String text, String origin) {
    /** Without the text, which may be a secret. */
    @Override
    public String toString() {
        return "from " + origin;
    }
}
