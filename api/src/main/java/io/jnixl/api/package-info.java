// SPDX-License-Identifier: Apache-2.0

/** The interface that applications program against: agents, memory, transfers, notifications. */
package io.jnixl.api;
