// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.api.DescriptorList;
import io.jnixl.api.Peer;
import org.jspecify.annotations.Nullable;

/** The far side of transfers: another process, memory of this one, files, or objects. */
interface Far {
    Area area();

    Peer peer();

    /** What it is, for the header. */
    String description();

    /** The blocks of a placement from this one on. */
    DescriptorList blocks(Placement placement, int first);

    /** Makes ready before the first case: pages of memory are there. */
    void begin(long seed);

    /** Fills all of it with a pattern. */
    void fill(long seed);

    /** Compares all of it; what is wrong, or null. */
    @Nullable
    String compare(Check check);

    /** Waits until so many notifications have come; what is wrong, or null. */
    @Nullable
    String count(long notifications);

    /** Says that this side is alive; called every few seconds while transfers run. */
    void alive();

    /** No more transfers. */
    void finish();
}
