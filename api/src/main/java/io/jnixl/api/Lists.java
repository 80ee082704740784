// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;

/** What both kinds of descriptor list answer alike: equality by content, and a text that stays short. */
final class Lists {
    private static final int LENGTHS_SHOWN = 4;

    private Lists() {}

    static boolean equal(DescriptorList a, DescriptorList b) {
        if (a.kind() != b.kind() || a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (a.address(i) != b.address(i) || a.length(i) != b.length(i) || a.device(i) != b.device(i)) {
                return false;
            }
        }
        return true;
    }

    static int hash(DescriptorList list) {
        int hash = list.kind().wireValue();
        for (int i = 0; i < list.size(); i++) {
            hash = 31 * hash + Long.hashCode(list.address(i));
            hash = 31 * hash + Long.hashCode(list.length(i));
            hash = 31 * hash + Long.hashCode(list.device(i));
        }
        return hash;
    }

    /** Kind, count and how often each length occurs, as native NIXL prints its lists. */
    static String describe(DescriptorList list, LongStream lengths) {
        Map<Long, Integer> histogram = new LinkedHashMap<>();
        lengths.forEach(length -> histogram.merge(length, 1, Integer::sum));
        StringBuilder text = new StringBuilder(64)
                .append(list.kind())
                .append('[')
                .append(list.size())
                .append("]");
        int shown = 0;
        for (Map.Entry<Long, Integer> entry : histogram.entrySet()) {
            if (shown++ == LENGTHS_SHOWN) {
                return text.append(" + ")
                        .append(histogram.size() - LENGTHS_SHOWN)
                        .append(" other lengths")
                        .toString();
            }
            text.append(shown == 1 ? " " : ", ")
                    .append(entry.getValue())
                    .append(" x ")
                    .append(entry.getKey())
                    .append(" B");
        }
        if (list.owner() != null) {
            text.append(" of ").append(list.owner());
        }
        return text.toString();
    }
}
