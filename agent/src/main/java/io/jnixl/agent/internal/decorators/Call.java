// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.decorators;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A kind of call between an agent and a backend that is counted, timed, or goes wrong. */
enum Call {
    REGISTER,
    LOAD_PEER,
    LOAD,
    CONNECT,
    PREPARE,
    SEND,
    POST,
    /** The other direction: a message that the backend delivers. */
    NOTIFICATION;

    /** As it is written in settings and in the names of counters. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static List<String> words() {
        return Arrays.stream(values()).map(Call::word).toList();
    }
}
