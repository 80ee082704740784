// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import io.jnixl.api.DescriptorList;
import io.jnixl.api.MemoryKind;
import io.jnixl.cli.run.Pattern;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;

/** Which block goes where: the local ones lie one behind the other, the far ones in their order or in a shuffled one. */
final class Layout {
    /** The same for every run, so that runs can be compared. */
    private static final long SHUFFLE = 20_240_607;

    private final Case shape;
    private final int[] places;

    private Layout(Case shape, int[] places) {
        this.shape = shape;
        this.places = places;
    }

    static Layout of(Case shape, boolean scatter) {
        int[] places = new int[shape.count()];
        for (int i = 0; i < places.length; i++) {
            places[i] = i;
        }
        if (scatter) {
            shuffle(places);
        }
        return new Layout(shape, places);
    }

    private static void shuffle(int[] places) {
        SplittableRandom random = new SplittableRandom(SHUFFLE);
        for (int i = places.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int place = places[i];
            places[i] = places[j];
            places[j] = place;
        }
    }

    DescriptorList local(MemorySegment memory) {
        return DescriptorList.blocks(memory.asSlice(0, shape.bytes()), shape.block());
    }

    /** The far blocks of a memory that starts at this address. */
    DescriptorList far(MemoryKind kind, long device, long address) {
        return DescriptorList.blockTable(kind, device, address, shape.block(), places);
    }

    /** Fills the local blocks so that the far side ends with the pattern in its own order. */
    void fill(MemorySegment memory, long seed) {
        for (int i = 0; i < places.length; i++) {
            Pattern.fill(block(memory, i), seed, farOffset(i));
        }
    }

    /** Where the first wrong local byte is after all blocks of a pattern were fetched; -1 when there is none. */
    long firstWrong(MemorySegment memory, long seed) {
        for (int i = 0; i < places.length; i++) {
            long wrong = Pattern.firstWrong(block(memory, i), seed, farOffset(i));
            if (wrong >= 0) {
                return i * shape.block() + wrong;
            }
        }
        return -1;
    }

    private MemorySegment block(MemorySegment memory, int i) {
        return memory.asSlice(i * shape.block(), shape.block());
    }

    long farOffset(int i) {
        return places[i] * shape.block();
    }
}
