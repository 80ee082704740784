// SPDX-License-Identifier: Apache-2.0
/** What tests of several modules share. */
@NullMarked
package io.jnixl.testsupport;

import org.jspecify.annotations.NullMarked;
