// SPDX-License-Identifier: Apache-2.0

/**
 * What can be put around any backend by its name in the settings: faults, for tests of what an application and the agent do
 * about them, and metrics. They see only the SPI, on both of its sides: a backend does not notice that it is decorated.
 */
package io.jnixl.agent.internal.decorators;
