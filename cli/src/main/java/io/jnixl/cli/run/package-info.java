// SPDX-License-Identifier: Apache-2.0
/** What the commands that move bytes have in common: an agent with a buffer, a pattern to verify, exit statuses. */
@NullMarked
package io.jnixl.cli.run;

import org.jspecify.annotations.NullMarked;
