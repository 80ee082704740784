// SPDX-License-Identifier: Apache-2.0

/** Meeting other agents over TCP: native NIXL's socket protocol, and a proof of a shared secret before it. */
@NullMarked
package io.jnixl.agent.internal.meeting;

import org.jspecify.annotations.NullMarked;
