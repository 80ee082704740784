// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.Operation;

/** What a backend is wanted for. */
interface Demand {
    Operation operation();

    MemoryKind local();

    MemoryKind remote();

    /** The peer on the far side; the agent's own name for transfers within it. */
    String peer();

    /** Where the ways that may apply are kept. */
    Routes routes();

    /** What was measured with this peer. */
    Contests contests();

    Amount amount();

    /** Why this backend cannot do it; empty when it can. */
    String obstacle(BackendSlot slot);

    /** How long a backend that can do it would take. May take long. */
    Cost cost(BackendSlot slot);
}
