// SPDX-License-Identifier: Apache-2.0

/**
 * An agent for Guice applications: install a {@link io.jnixl.guice.JnixlModule}, inject the {@link io.jnixl.api.Agent}, and
 * close the {@link io.jnixl.guice.AgentCloser} at the end.
 */
@NullMarked
package io.jnixl.guice;

import org.jspecify.annotations.NullMarked;
