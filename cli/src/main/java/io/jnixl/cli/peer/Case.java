// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import io.jnixl.cli.run.Numbers;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * What one transfer moves: blocks of one length.
 *
 * @param block bytes of a block
 * @param count number of blocks
 */
record Case(long block, int count) {

    Case {
        if (block < 1 || count < 1 || block > Long.MAX_VALUE / count) {
            throw new IllegalArgumentException(block + "x" + count);
        }
    }

    long bytes() {
        return block * count;
    }

    /** How often it is posted for this many bytes in all. */
    int iterationsFor(long budget) {
        return Math.clamp(budget / bytes(), RunOptions.FEWEST_ITERATIONS, RunOptions.MOST_ITERATIONS);
    }

    @Override
    public String toString() {
        return block + "x" + count;
    }

    private static Case parse(String text) {
        int x = text.indexOf('x');
        try {
            if (x > 0) {
                long count = Numbers.natural(text.substring(x + 1));
                return new Case(Numbers.natural(text.substring(0, x)), Math.toIntExact(count));
            }
        } catch (IllegalArgumentException | ArithmeticException _) {
            // said below
        }
        throw new TypeConversionException("expected BLOCKxCOUNT, both at least 1, but was '" + text + "'");
    }

    /** Reads {@code 4096x1,65536x64}. */
    static final class ListConverter implements ITypeConverter<Cases> {
        @Override
        public Cases convert(String text) {
            List<Case> cases = new ArrayList<>();
            for (String part : text.split(",", -1)) {
                cases.add(parse(part));
            }
            return new Cases(cases);
        }
    }
}
