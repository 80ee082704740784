// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Log lines about strangers, who must not be able to fill the log: one a minute about a matter and an address, and not too many
 * in all. Thread-safe.
 */
final class Complaints {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");
    private static final long PERIOD = TimeUnit.MINUTES.toNanos(1);
    private static final int MOST_IN_PERIOD = 100;
    private static final int MOST_REMEMBERED = 1000;

    private final String agentName;
    private final LongSupplier clock;
    private final Consumer<String> log;

    /** When a line was logged about what; guarded by this. */
    private final Map<String, Long> said = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    private long periodStart;
    private int inPeriod;
    private long unsaid;

    /** None yet. */
    Complaints(String agentName) {
        this(agentName, System::nanoTime, line -> LOG.log(System.Logger.Level.WARNING, line));
    }

    /**
     * As above.
     *
     * @param clock nanoseconds
     * @param log where lines go
     */
    Complaints(String agentName, LongSupplier clock, Consumer<String> log) {
        this.agentName = agentName;
        this.clock = clock;
        this.log = log;
        this.periodStart = clock.getAsLong();
    }

    /** Logs it as a warning, unless that was done lately. */
    void warn(String matter, String address, String message) {
        long others = turn(matter + "@" + address);
        if (others >= 0) {
            log.accept("agent " + agentName + ": " + address + " " + message
                    + (others == 0 ? "" : " (" + others + " such lines were left out before)"));
        }
    }

    /** -1: not now; else how many were left out. */
    private synchronized long turn(String key) {
        long now = clock.getAsLong();
        if (now - periodStart >= PERIOD) {
            periodStart = now;
            inPeriod = 0;
        }
        Long last = said.get(key);
        if ((last != null && now - last < PERIOD) || inPeriod >= MOST_IN_PERIOD) {
            unsaid++;
            return -1;
        }
        said.remove(key);
        said.put(key, now);
        inPeriod++;
        long others = unsaid;
        unsaid = 0;
        return others;
    }
}
