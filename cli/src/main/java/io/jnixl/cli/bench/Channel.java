// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import java.time.Duration;

/** Lines to and from the partner, besides the transfers. For one thread at a time. */
interface Channel extends AutoCloseable {
    /** The longest line, in bytes of UTF-8. */
    int LONGEST = 4096;

    /**
     * Sends a line.
     *
     * @throws io.jnixl.cli.run.RunFailure when the partner is gone
     */
    void send(String line);

    /**
     * The partner's next line.
     *
     * @param what it waits for, for the message
     * @throws io.jnixl.cli.run.RunFailure when none comes in time, or the partner is gone
     */
    String receive(Duration limit, String what);

    @Override
    void close();
}
