// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.Operation;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * A program's own word in the choice of backends, where the rules of the settings file do not suffice: a link that is known to be
 * dear, a device that is reserved. It is handed to an agent with {@code AgentAssembly.policy}, or {@code JnixlModule.policies} with
 * Guice; it is not discovered.
 *
 * <p>The agent asks when it makes a transfer or explains a choice, never at a post. What the program names for the transfer, the
 * selection rules and {@code agent.selection_allow} and {@code agent.selection_deny} have spoken by then: a policy orders the backends
 * that they leave and that could do the transfer, and may keep some of them out. It cannot bring back what they left out. Of several
 * policies each is asked in turn about what the one before has left, in its order.
 *
 * <p>{@link #select} is called by the thread that makes the transfer, by several at once, so it must be thread-safe. It makes
 * that thread wait, and must not call the agent. Its answers are not kept: it is asked for each transfer anew, and as deterministic as it
 * is, the choice is. What it throws ends the making of the transfer with an error that names the policy.
 *
 * @since 0.1
 */
public interface SelectionPolicy {

    /** Its name in explanations and errors, the same at each call: not blank, at most 64 characters, no other policy's of the agent. */
    String name();

    /** What it has to say about a transfer; {@link Verdict#NONE} when nothing. */
    Verdict select(Question question);

    /**
     * What is to be chosen for. Immutable; of use during the call only.
     *
     * @param operation which way bytes move
     * @param local the local memory kind
     * @param remote the far side's memory kind
     * @param peer the peer's name; the agent's own for transfers within it
     * @param bytes bytes of one post, as selection rules count them
     * @param descriptors descriptors of one post, before neighbours are merged
     * @param candidates the backends that could do it, best first; at least one
     * @since 0.1
     */
    record Question(
            Operation operation,
            MemoryKind local,
            MemoryKind remote,
            String peer,
            long bytes,
            int descriptors,
            List<Candidate> candidates) {

        /** Checks for null and copies. */
        public Question {
            Objects.requireNonNull(operation, "operation");
            Objects.requireNonNull(local, "local");
            Objects.requireNonNull(remote, "remote");
            Objects.requireNonNull(peer, "peer");
            candidates = List.copyOf(candidates);
        }
    }

    /**
     * A backend that could do the transfer.
     *
     * @since 0.1
     */
    interface Candidate {
        /** The backend's name. */
        String backend();

        /**
         * Nanoseconds that the backend expects one post to take, as {@link io.jnixl.api.Transfer#estimateCost()} says; empty when it
         * cannot tell. The first call has the backend prepare the transfer, which may take long; further calls give the same.
         */
        OptionalLong expectedNanos();
    }

    /**
     * A policy's answer. Immutable.
     *
     * @param order names of backends, best first; those that it does not name come after, in the order they had. Names that are
     *     no candidates' are passed over. Empty: the order stays
     * @param why the reason for the order, for explanations; may be empty
     * @param vetoes backends that must not be taken, with the reason of each
     * @since 0.1
     */
    record Verdict(List<String> order, String why, Map<String, String> vetoes) {
        /** Nothing to say. */
        public static final Verdict NONE = new Verdict(List.of(), "", Map.of());

        /** Checks for null and copies. */
        public Verdict {
            order = List.copyOf(order);
            Objects.requireNonNull(why, "why");
            vetoes = Map.copyOf(vetoes);
        }

        /** These first. */
        public static Verdict prefer(List<String> order, String why) {
            return new Verdict(order, why, Map.of());
        }

        /** Anybody but this one. */
        public static Verdict veto(String backend, String why) {
            return new Verdict(List.of(), "", Map.of(backend, why));
        }
    }
}
