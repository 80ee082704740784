// SPDX-License-Identifier: Apache-2.0

/**
 * The contract of {@code io.jnixl.spi} as tests. Extend {@link io.jnixl.backend.tck.BackendContract}, answer a
 * {@link io.jnixl.backend.tck.BackendUnderTest}, and every clause that applies to the backend is run, named as a sentence;
 * those that do not apply are not there, so that nothing is reported as skipped.
 *
 * <p>{@link io.jnixl.backend.tck.TestAgent}, {@link io.jnixl.backend.tck.Xfer} and their like are the least of an agent that
 * a backend needs, for tests of one's own.
 */
package io.jnixl.backend.tck;
