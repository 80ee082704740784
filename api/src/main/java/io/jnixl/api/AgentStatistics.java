// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

/**
 * Counters of an agent since it was made; not an atomic snapshot.
 *
 * @param posts posts that a backend accepted
 * @param bytes bytes of those
 * @param failures posts that ended in an error
 * @param inFlight posts that a backend has not let go of
 * @param transfers transfers open now
 * @param registrations registrations open now
 * @param peers peers known now
 * @param notificationsQueued notifications not taken yet
 * @since 0.1
 */
public record AgentStatistics(
        long posts,
        long bytes,
        long failures,
        int inFlight,
        int transfers,
        int registrations,
        int peers,
        int notificationsQueued) {}
