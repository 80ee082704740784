// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** Transfers to be tried, in this order; at least one. */
record Cases(List<Case> list) {

    Cases {
        list = List.copyOf(list);
    }

    /** The one that moves the most bytes. */
    Case largest() {
        return Collections.max(list, Comparator.comparingLong(Case::bytes));
    }

    /** Bytes of memory that all of them fit in. */
    long bytes() {
        return largest().bytes();
    }
}
