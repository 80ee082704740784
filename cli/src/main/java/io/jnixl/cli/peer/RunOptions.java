// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import io.jnixl.api.Operation;
import io.jnixl.cli.run.Numbers;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Options of the roles that start transfers: which ones, and how often. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required.
final class RunOptions {
    static final int FEWEST_ITERATIONS = 10;
    static final int MOST_ITERATIONS = 20_000;

    private static final long BUDGET = 1L << 31;

    /** Which way the bytes go. */
    enum Direction {
        BOTH,
        WRITE,
        READ;

        private List<Operation> operations() {
            return switch (this) {
                case BOTH -> List.of(Operation.WRITE, Operation.READ);
                case WRITE -> List.of(Operation.WRITE);
                case READ -> List.of(Operation.READ);
            };
        }
    }

    @Option(
            names = "--cases",
            required = true,
            paramLabel = "BLOCKxCOUNT,...",
            converter = Case.ListConverter.class,
            description =
                    "Transfers to try, one after the other: COUNT blocks of BLOCK bytes each, such as 4096x1,65536x64.")
    private Cases cases;

    @Option(
            names = "--op",
            paramLabel = "both|write|read",
            description = "Which way; both, the default: each case as WRITE, then as READ.")
    private Direction direction = Direction.BOTH;

    @Option(
            names = "--iters",
            paramLabel = "N",
            converter = Numbers.PositiveCount.class,
            description = "How often each request is posted, after the warm-up.")
    private @Nullable Integer iterations;

    @Option(
            names = "--budget",
            paramLabel = "BYTES",
            converter = Numbers.Positive.class,
            description =
                    "Instead of --iters: as often as makes this many bytes, 10 to 20000 times. 2147483648 unless given.")
    private @Nullable Long budget;

    @Option(
            names = "--warmup",
            paramLabel = "N",
            converter = Numbers.Count.class,
            description = "Posts of each request before those that are measured; 5 unless given.")
    private int warmup = 5;

    @Option(
            names = "--scatter",
            paramLabel = Flag.LABEL,
            converter = Flag.Converter.class,
            description = "1: the far blocks lie in a shuffled order, always the same (default); 0: in order.")
    private Flag scatter = Flag.ON;

    @Option(
            names = "--seed",
            paramLabel = "N",
            converter = Numbers.Unsigned.class,
            description = "Seed of the first pattern; 12345 unless given.")
    private long seed = 12_345;

    @Option(
            names = "--label",
            paramLabel = "TEXT",
            converter = Label.class,
            description = "A word for the result lines, as mode=TEXT; \"default\" unless given.")
    private String label = "default";

    Cases cases() {
        return cases;
    }

    List<Operation> operations() {
        return direction.operations();
    }

    Measurement measurement(Case shape, boolean notifying, Duration limit) {
        int times = iterations != null ? iterations : shape.iterationsFor(budget == null ? BUDGET : budget);
        return new Measurement(warmup, times, notifying, limit);
    }

    boolean scatter() {
        return scatter.on();
    }

    long seed() {
        return seed;
    }

    String label() {
        return label;
    }

    /**
     * Looks at what options say together.
     *
     * @param size bytes of the buffer
     * @return what is wrong, or null
     */
    @Nullable
    String wrong(long size) {
        if (iterations != null && budget != null) {
            return "--iters and --budget exclude each other";
        }
        Case largest = cases.largest();
        return largest.bytes() <= size
                ? null
                : "--cases " + largest + " needs " + largest.bytes() + " bytes, and --size is " + size;
    }

    /** Result lines are words with blanks between. */
    static final class Label implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            boolean word = !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 127);
            if (!word) {
                throw new TypeConversionException("expected a word of visible ASCII characters but was '" + text + "'");
            }
            return text;
        }
    }
}
