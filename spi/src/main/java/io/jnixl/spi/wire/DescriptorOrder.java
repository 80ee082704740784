// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi.wire;

/** Native NIXL's order of descriptors in metadata: by device, address, length, all unsigned. */
final class DescriptorOrder {
    private DescriptorOrder() {}

    static boolean isSorted(WireDescriptors list) {
        for (int i = 1; i < list.size(); i++) {
            if (compare(list, i - 1, i) > 0) {
                return false;
            }
        }
        return true;
    }

    /** A stable merge sort of indices; the JDK sorts primitives only by their own value, and a million boxes cost more. */
    static int[] sortedIndices(WireDescriptors list) {
        int count = list.size();
        int[] from = new int[count];
        for (int i = 0; i < count; i++) {
            from[i] = i;
        }
        int[] to = new int[count];
        for (long width = 1; width < count; width *= 2) {
            for (long low = 0; low < count; low += 2 * width) {
                int middle = (int) Math.min(low + width, count);
                int high = (int) Math.min(low + 2 * width, count);
                merge(list, from, to, (int) low, middle, high);
            }
            int[] merged = to;
            to = from;
            from = merged;
        }
        return from;
    }

    private static void merge(WireDescriptors list, int[] from, int[] to, int low, int middle, int high) {
        int left = low;
        int right = middle;
        for (int i = low; i < high; i++) {
            boolean takeLeft = right == high || (left < middle && compare(list, from[left], from[right]) <= 0);
            to[i] = takeLeft ? from[left++] : from[right++];
        }
    }

    private static int compare(WireDescriptors list, int a, int b) {
        int byDevice = Long.compareUnsigned(list.device(a), list.device(b));
        if (byDevice != 0) {
            return byDevice;
        }
        int byAddress = Long.compareUnsigned(list.address(a), list.address(b));
        return byAddress != 0 ? byAddress : Long.compareUnsigned(list.length(a), list.length(b));
    }
}
