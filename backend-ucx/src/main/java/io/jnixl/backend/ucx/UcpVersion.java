// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which libucp this is: some settings came late, and not all versions understand each other. */
record UcpVersion(int major, int minor) implements Comparable<UcpVersion> {
    /** From here on versions do not understand remote keys of earlier ones, over TCP at least, nor the other way round. */
    static final UcpVersion SECOND_SERIES = new UcpVersion(1, 19);

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,6})\\.([0-9]{1,6}).*");

    /** Reads {@code 1.13.1} and the like; what is none counts as the oldest. */
    static UcpVersion of(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? new UcpVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)))
                : new UcpVersion(0, 0);
    }

    boolean isFrom(int fromMajor, int fromMinor) {
        return compareTo(new UcpVersion(fromMajor, fromMinor)) >= 0;
    }

    /** Whether it belongs to those from 1.19 on. */
    boolean isOfSecondSeries() {
        return compareTo(SECOND_SERIES) >= 0;
    }

    @Override
    public int compareTo(UcpVersion other) {
        return major != other.major ? Integer.compare(major, other.major) : Integer.compare(minor, other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
