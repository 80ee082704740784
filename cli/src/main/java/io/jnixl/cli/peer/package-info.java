// SPDX-License-Identifier: Apache-2.0
/**
 * {@code jnixl peer}: two agents meet through files, move bytes, verify every one, and print figures. Another program that
 * speaks the same protocol can be either side; so names, file formats, messages and result lines are fixed. docs/peer-tool.md
 * writes them down.
 */
@NullMarked
package io.jnixl.cli.peer;

import org.jspecify.annotations.NullMarked;
