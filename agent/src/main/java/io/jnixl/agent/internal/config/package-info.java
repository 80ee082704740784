// SPDX-License-Identifier: Apache-2.0

/**
 * Settings: where they come from, which keys there are, and what each is worth.
 *
 * <p>{@link io.jnixl.agent.internal.config.SettingsResolver} asks every source in turn (program, system properties,
 * environment, TOML file). What any of them gives is checked, even where a better source overrides it: a setting that
 * is wrong somewhere is an error, never silently dropped. All that is wrong is told at once.
 *
 * <p>Everything here runs on the control path, when an agent is built.
 */
package io.jnixl.agent.internal.config;
