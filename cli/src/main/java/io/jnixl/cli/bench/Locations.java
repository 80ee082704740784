// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

/** Where the blocks of a thread lie in its share; never two at one place. */
enum Locations {
    /** One behind the other. */
    NONE,
    /** At random multiples of the block's length. */
    BLOCKALIGNED,
    /** At random bytes. */
    BYTEALIGNED
}
