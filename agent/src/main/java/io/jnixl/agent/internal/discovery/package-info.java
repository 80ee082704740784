// SPDX-License-Identifier: Apache-2.0

/**
 * Finds the backends that are there, on the class path, in modules and in plugins, and tells usable from broken ones.
 *
 * <p>Providers are foreign code: everything that can fail in one is caught, turned into a reason and a remedy, and keeps no
 * other from working. None is instantiated before its class has said which version of the SPI it was compiled against.
 */
package io.jnixl.agent.internal.discovery;
