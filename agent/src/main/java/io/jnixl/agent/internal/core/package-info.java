// SPDX-License-Identifier: Apache-2.0

/** The agent itself: registrations, peers, transfers, notifications. */
package io.jnixl.agent.internal.core;
