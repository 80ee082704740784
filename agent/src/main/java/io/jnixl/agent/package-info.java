// SPDX-License-Identifier: Apache-2.0

/**
 * Ways into the agent for programs that bring backends of their own or ask what is there; everybody else uses {@code
 * io.jnixl.api.Agent}.
 */
package io.jnixl.agent;
