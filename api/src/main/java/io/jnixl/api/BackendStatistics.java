// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counters of one running backend since its agent was made, and what it says of itself; not an atomic snapshot. All but the
 * last three parts are counted by the agent, alike for every backend.
 *
 * @param backend the backend's name
 * @param posts posts that it accepted
 * @param bytesPosted bytes of those
 * @param bytesDone bytes of posts that it ended with {@link Status#SUCCESS}
 * @param failures posts that ended in an error, a cancel or a missed deadline included
 * @param inFlight posts that it has not let go of
 * @param transfers transfers open now
 * @param counters counters of its own by name, such as {@code progress_calls}; the user guide explains them
 * @param traits what it chose to run with, by name, such as {@code engine}
 * @param lanes for each peer by name, how it reaches it: one text for each transport in use, as the native library words it
 * @since 0.1
 */
public record BackendStatistics(
        String backend,
        long posts,
        long bytesPosted,
        long bytesDone,
        long failures,
        int inFlight,
        int transfers,
        Map<String, Long> counters,
        Map<String, String> traits,
        Map<String, List<String>> lanes) {

    /** Copies, sorted by name. */
    public BackendStatistics {
        counters = Collections.unmodifiableMap(new TreeMap<>(counters));
        traits = Collections.unmodifiableMap(new TreeMap<>(traits));
        Map<String, List<String>> sorted = new TreeMap<>();
        lanes.forEach((peer, texts) -> sorted.put(peer, List.copyOf(texts)));
        lanes = Collections.unmodifiableMap(sorted);
    }

    /** Several lines for people: the backend and its traits, the counters, then the lanes of each peer. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(backend);
        traits.forEach(
                (name, value) -> text.append(' ').append(name).append('=').append(value));
        text.append(": ")
                .append(posts)
                .append(" posts, ")
                .append(failures)
                .append(" failed, ")
                .append(inFlight)
                .append(" in flight, ")
                .append(transfers)
                .append(" transfers; ")
                .append(bytesPosted)
                .append(" B posted, ")
                .append(bytesDone)
                .append(" B done");
        counters.forEach(
                (name, value) -> text.append("; ").append(name).append(' ').append(value));
        lanes.forEach((peer, texts) -> texts.forEach(lane -> text.append(System.lineSeparator())
                .append("  to ")
                .append(peer)
                .append(": ")
                .append(lane)));
        return text.toString();
    }
}
