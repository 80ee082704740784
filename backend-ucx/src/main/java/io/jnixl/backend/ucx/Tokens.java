// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Numbers that native code keeps in place of Java objects. A number names one use of a place: who asks with the number of an
 * earlier use gets nothing. Guarded by the worker's ownership; allocates only when it grows.
 */
final class Tokens {
    private static final int FIRST = 64;

    private @Nullable UcxOperation[] operations = new @Nullable UcxOperation[FIRST];
    private int[] uses = new int[FIRST];
    private int[] free = new int[FIRST];
    private int freeCount;
    private int size;

    long take(UcxOperation operation) {
        int index = freeCount > 0 ? free[--freeCount] : grow();
        operations[index] = operation;
        return (long) uses[index] << 32 | index;
    }

    private int grow() {
        if (size == operations.length) {
            int larger = 2 * size;
            operations = Arrays.copyOf(operations, larger);
            uses = Arrays.copyOf(uses, larger);
            free = Arrays.copyOf(free, larger);
        }
        return size++;
    }

    @Nullable
    UcxOperation find(long token) {
        int index = (int) token;
        return index >= 0 && index < size && uses[index] == (int) (token >>> 32) ? operations[index] : null;
    }

    void giveBack(long token) {
        int index = (int) token;
        if (find(token) != null) {
            operations[index] = null;
            uses[index]++;
            free[freeCount++] = index;
        }
    }
}
