// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

/** A backend that may take over a transfer, with the lists as it knows them. */
record Standby(BackendSlot slot, Resolution local, Resolution remote) {}
