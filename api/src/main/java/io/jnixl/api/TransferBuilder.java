// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.time.Duration;
import java.util.function.BiConsumer;

/**
 * Collects what a transfer needs; {@link #prepare()} ends it. Not thread-safe.
 *
 * @since 0.1
 */
public interface TransferBuilder {

    /** A name for messages, holders and logs. */
    TransferBuilder label(String label);

    /** The notification of every post that brings none of its own, as UTF-8. */
    TransferBuilder notifying(String notification);

    /** The notification of every post that brings none of its own. */
    TransferBuilder notifying(byte[] notification);

    /**
     * Says that posts may carry notifications, so that a backend that cannot is not chosen; implied by
     * {@link #notifying(String)} .
     */
    TransferBuilder withNotifications();

    /**
     * The most pairs a {@link Transfer#select} may name; for prepared lists. The transfer then starts with nothing
     * selected. Without it, entry <i>i</i> goes with entry <i>i</i>, and capacity is the size of the lists.
     *
     * <p>The backend is chosen when the transfer is made: rules that ask for sizes see this many descriptors then, each as long
     * as the longest of the local list, unless {@link #select} says what is selected first.
     */
    TransferBuilder capacity(int pairs);

    /** The first selection. */
    TransferBuilder select(int[] local, int[] remote, int n);

    /** The longest a post may take; measured from the post. Without it {@code agent.deadline} holds. */
    TransferBuilder deadline(Duration deadline);

    /**
     * The longest a post may go without a byte being moved, as far as the backend tells; with one that does not tell, the
     * longest it may take once the backend has it. It ends as with a missed deadline, {@link Status#TIMED_OUT}, and
     * {@link Transfer#failure()} says how far it came. A notification that cannot be handed over is a stall too. Without
     * this {@code agent.stall_timeout} holds.
     *
     * @param span not negative; zero for never. Looked at every millisecond
     */
    TransferBuilder stallTimeout(Duration span);

    /** Only these backends, in this order of preference; no selection rule is asked, and none takes over from another. */
    TransferBuilder backends(String... names);

    /**
     * Whether to take times ({@link Transfer#statistics()}); costs three clock reads a post. The setting {@code agent.statistics} decides
     * unless called.
     */
    TransferBuilder statistics(boolean on);

    /** Whether neighbours in both memories become one descriptor; on unless switched off. */
    TransferBuilder merging(boolean on);

    /** An option for the backend, which says what it understands; an unknown one is an error. */
    TransferBuilder option(String name, String value);

    /**
     * Called once per post when its status is final, on the thread that ended it: the poster's own, a backend's, the
     * canceller's. Must not block; what it throws is logged and dropped. It may post again.
     */
    TransferBuilder onComplete(BiConsumer<? super Transfer, Status> callback);

    /**
     * Chooses a backend and makes the transfer; nothing moves yet.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for empty lists, unequal counts or lengths;
     *     {@link ErrorCode#NOT_FOUND} when memory is not registered, no backend covers both sides (the message lists each
     *     one's reason), or something is stale; what the chosen backend reported otherwise
     */
    Transfer prepare();
}
