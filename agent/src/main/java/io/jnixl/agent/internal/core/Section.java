// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * The regions that one backend knows of one agent and one memory kind, sorted so that covering ones are found in
 * logarithmic time. Immutable: a change makes a new one.
 *
 * <p>Regions may nest and overlap. Of all regions that start at or before an address, the one that reaches farthest covers a
 * range whenever any of them does; so one running maximum beside the sorted starts answers every query exactly.
 */
final class Section {
    static final Section EMPTY = new Section(List.of());

    private static final Comparator<Region> ORDER = Comparator.<Region>comparingLong(
                    r -> r.range.device() ^ Long.MIN_VALUE)
            .thenComparingLong(r -> r.range.address() ^ Long.MIN_VALUE)
            .thenComparingLong(r -> r.range.length() ^ Long.MIN_VALUE);

    private final Region[] regions;
    private final long[] devices;
    private final long[] starts;

    /** For each place, where the farthest-reaching region at or before it stands, within the same device. */
    private final int[] farthest;

    private Section(List<Region> sorted) {
        regions = sorted.toArray(Region[]::new);
        devices = new long[regions.length];
        starts = new long[regions.length];
        farthest = new int[regions.length];
        for (int i = 0; i < regions.length; i++) {
            devices[i] = regions[i].range.device();
            starts[i] = regions[i].range.address();
            boolean sameDevice = i > 0 && devices[i - 1] == devices[i];
            farthest[i] = sameDevice && Long.compareUnsigned(regions[farthest[i - 1]].last(), regions[i].last()) >= 0
                    ? farthest[i - 1]
                    : i;
        }
    }

    Section plus(Collection<Region> more) {
        List<Region> all = new ArrayList<>(regions.length + more.size());
        all.addAll(Arrays.asList(regions));
        all.addAll(more);
        all.sort(ORDER); // the old part is one ascending run, which makes this a merge
        return new Section(all);
    }

    Section minus(Set<Region> some) {
        List<Region> rest = new ArrayList<>(regions.length);
        for (Region region : regions) {
            if (!some.contains(region)) {
                rest.add(region);
            }
        }
        return rest.isEmpty() ? EMPTY : new Section(rest);
    }

    boolean isEmpty() {
        return regions.length == 0;
    }

    List<Region> regions() {
        return List.of(regions);
    }

    int size() {
        return regions.length;
    }

    Region region(int index) {
        return regions[index];
    }

    /** The region with exactly this range, or null. */
    @org.jspecify.annotations.Nullable
    Region exact(long device, long address, long length) {
        for (int i = floor(device, address, 0, regions.length); i >= 0; i--) {
            if (devices[i] != device || starts[i] != address) {
                return null;
            }
            if (regions[i].range.length() == length) {
                return regions[i];
            }
        }
        return null;
    }

    /**
     * The place of a region that covers the range, or -1.
     *
     * @param hint a place to look near first: the answer to the query before, so that ascending queries walk
     */
    int find(long device, long address, long length, int hint) {
        int near = floorNear(device, address, hint);
        if (near < 0 || devices[near] != device) {
            return -1;
        }
        if (regions[near].covers(address, length)) {
            return near;
        }
        int far = farthest[near];
        return regions[far].covers(address, length) ? far : -1;
    }

    private int floorNear(long device, long address, int hint) {
        int i = hint;
        if (i < 0 || i >= regions.length || compare(i, device, address) > 0) {
            return floor(device, address, 0, regions.length);
        }
        for (int steps = 0; steps < 4; steps++) {
            if (i + 1 == regions.length || compare(i + 1, device, address) > 0) {
                return i;
            }
            i++;
        }
        return floor(device, address, i, regions.length);
    }

    /** The last place whose start is at or before the address; -1 when there is none. */
    private int floor(long device, long address, int from, int to) {
        int low = from;
        int high = to - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (compare(middle, device, address) <= 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }

    private int compare(int i, long device, long address) {
        int byDevice = Long.compareUnsigned(devices[i], device);
        return byDevice != 0 ? byDevice : Long.compareUnsigned(starts[i], address);
    }

    /** The first few regions, for messages. */
    String describe() {
        if (regions.length == 0) {
            return "nothing";
        }
        return FirstFew.of(Arrays.asList(regions));
    }
}
