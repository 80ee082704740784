// SPDX-License-Identifier: Apache-2.0

/** The simplest metadata exchange: a folder that all agents see. */
@NullMarked
package io.jnixl.agent.internal.files;

import org.jspecify.annotations.NullMarked;
