// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.DescriptorList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which region each entry of a list lies in, for one backend. The list itself stays the store of addresses and lengths, so
 * that blocks of one region cost nothing per entry.
 */
final class Resolution {
    final DescriptorList list;

    /** The regions that occur, each once. */
    final Region[] table;

    /** Index into the table by entry; null when there is one region only. */
    private final int @Nullable [] regionOf;

    private Resolution(DescriptorList list, Region[] table, int @Nullable [] regionOf) {
        this.list = list;
        this.table = table;
        this.regionOf = regionOf;
    }

    int region(int index) {
        return regionOf == null ? 0 : regionOf[index];
    }

    /** Whether every region can still be used; the cost of a post grows with the regions, not with the descriptors. */
    boolean isUsable() {
        for (Region region : table) {
            if (!region.isUsable()) {
                return false;
            }
        }
        return true;
    }

    /** The resolution, or the index of the first entry that no region covers, as {@code -1 - index}, in {@code miss[0]}. */
    static @Nullable Resolution of(DescriptorList list, Section section, int[] miss) {
        miss[0] = 0;
        Region one = list.isStrided() ? coverOfAll(list, section) : null;
        if (one != null) {
            return new Resolution(list, new Region[] {one}, null);
        }
        return entryByEntry(list, section, miss);
    }

    private static @Nullable Region coverOfAll(DescriptorList list, Section section) {
        int last = list.size() - 1;
        long start = list.address(0);
        long extent = list.address(last) - start + list.length(last);
        int place = section.find(list.device(0), start, extent, 0);
        return place < 0 ? null : section.region(place);
    }

    private static @Nullable Resolution entryByEntry(DescriptorList list, Section section, int[] miss) {
        int[] regionOf = new int[list.size()];
        int[] tableIndex = new int[section.size()];
        Arrays.fill(tableIndex, -1);
        List<Region> table = new ArrayList<>();
        int place = 0;
        for (int i = 0; i < regionOf.length; i++) {
            place = section.find(list.device(i), list.address(i), list.length(i), place);
            if (place < 0) {
                miss[0] = i;
                return null;
            }
            if (tableIndex[place] < 0) {
                tableIndex[place] = table.size();
                table.add(section.region(place));
            }
            regionOf[i] = tableIndex[place];
        }
        return new Resolution(list, table.toArray(Region[]::new), table.size() == 1 ? null : regionOf);
    }
}
