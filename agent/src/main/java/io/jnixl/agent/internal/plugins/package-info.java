// SPDX-License-Identifier: Apache-2.0

/**
 * Backends beside the class path: directories of plugins, who may put code there, and the class loader of each.
 *
 * <p>Nothing in a directory is believed before it was looked at: what is not there, who owns it, who else can write it, and
 * whether its jars can be read. Knows nothing of what the plugins hold; {@code io.jnixl.agent.internal.discovery} asks them.
 */
package io.jnixl.agent.internal.plugins;
