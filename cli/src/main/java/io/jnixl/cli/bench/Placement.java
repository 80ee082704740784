// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.api.DescriptorList;
import io.jnixl.api.MemoryKind;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/**
 * The place of every block of a case, as a function of its arguments alone: both sides compute the same one. Blocks are
 * numbered by thread, then post, then place in the batch.
 */
final class Placement {
    private final Shape shape;
    private final Area area;
    private final long[] offsets;

    private Placement(Shape shape, Area area) {
        this.shape = shape;
        this.area = area;
        offsets = new long[shape.slots() * shape.batch()];
    }

    /**
     * Places the blocks.
     *
     * @throws IllegalArgumentException when they do not fit
     */
    static Placement of(Shape shape, Area area, Locations locations, long seed) {
        if (!area.holds(shape)) {
            throw new IllegalArgumentException(shape + " does not fit " + area);
        }
        Placement placement = new Placement(shape, area);
        SplittableRandom random = new SplittableRandom(seed);
        for (int thread = 0; thread < shape.threads(); thread++) {
            for (int segment = 0; segment < area.segments(); segment++) {
                placement.place(thread, segment, locations, random);
            }
        }
        return placement;
    }

    private void place(int thread, int segment, Locations locations, SplittableRandom random) {
        int all = shape.blocksPerThread();
        int count = Math.ceilDiv(all - segment, area.segments());
        if (count <= 0) {
            return;
        }
        long share = area.share(shape.threads());
        long[] places = switch (locations) {
            case NONE ->
                IntStream.range(0, count).mapToLong(i -> i * shape.block()).toArray();
            case BLOCKALIGNED -> multiples(count, share / shape.block(), random);
            case BYTEALIGNED -> gaps(count, share - count * shape.block(), random);
        };
        if (locations != Locations.NONE) {
            shuffle(places, random);
        }
        for (int i = 0; i < count; i++) {
            offsets[thread * all + segment + i * area.segments()] = thread * share + places[i];
        }
    }

    /** Different multiples, by Floyd's algorithm: no array as long as the share has blocks. */
    private long[] multiples(int count, long room, SplittableRandom random) {
        Set<Long> chosen = HashSet.newHashSet(count);
        for (long most = room - count; most < room; most++) {
            long candidate = random.nextLong(most + 1);
            if (!chosen.add(candidate)) {
                chosen.add(most);
            }
        }
        return chosen.stream()
                .sorted()
                .mapToLong(place -> place * shape.block())
                .toArray();
    }

    private long[] gaps(int count, long slack, SplittableRandom random) {
        long[] places = random.longs(count, 0, slack + 1).sorted().toArray();
        for (int i = 0; i < count; i++) {
            places[i] += i * shape.block();
        }
        return places;
    }

    private static void shuffle(long[] places, SplittableRandom random) {
        for (int i = places.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            long place = places[i];
            places[i] = places[j];
            places[j] = place;
        }
    }

    Shape shape() {
        return shape;
    }

    Area area() {
        return area;
    }

    int first(int thread, int slot) {
        return (thread * shape.depth() + slot) * shape.batch();
    }

    int segment(int block) {
        return block % shape.blocksPerThread() % area.segments();
    }

    /** In its segment. */
    long offset(int block) {
        return offsets[block];
    }

    /** In the row of all segments. */
    long position(int block) {
        return segment(block) * area.segmentBytes() + offsets[block];
    }

    /**
     * The blocks of one post, from this one on, in storage.
     *
     * @param device of each segment
     */
    DescriptorList inStorage(MemoryKind kind, int first, IntToLongFunction device) {
        int batch = shape.batch();
        long[] devices = new long[batch];
        long[] places = new long[batch];
        long[] lengths = new long[batch];
        Arrays.fill(lengths, shape.block());
        for (int i = 0; i < batch; i++) {
            devices[i] = device.applyAsLong(segment(first + i));
            places[i] = offset(first + i);
        }
        return DescriptorList.of(kind, devices, places, lengths);
    }

    /** The blocks of the first slots of every thread, in the order of their positions. */
    int[] sorted(int slots) {
        int perThread = shape.blocksPerThread();
        int[] blocks = IntStream.range(0, offsets.length)
                .filter(block -> block % perThread < slots * shape.batch())
                .toArray();
        long[] keys = Arrays.stream(blocks).mapToLong(this::position).toArray();
        return IntStream.range(0, blocks.length)
                .boxed()
                .sorted((a, b) -> Long.compare(keys[a], keys[b]))
                .mapToInt(i -> blocks[i])
                .toArray();
    }
}
