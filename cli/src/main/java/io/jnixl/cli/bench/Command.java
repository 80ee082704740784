// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.cli.run.Numbers;
import org.jspecify.annotations.Nullable;

/** What the initiator asks of the target: one line of words. */
sealed interface Command {
    String FILLED = "FILLED";
    String OK = "OK";
    String BYE = "BYE";

    /** The line. */
    String line();

    /** Fill the buffer; answered by FILLED. */
    record Fill(long seed) implements Command {
        @Override
        public String line() {
            return "FILL " + seed;
        }
    }

    /** Compare the buffer; answered by OK or by what is wrong. */
    record Compare(Check check) implements Command {
        @Override
        public String line() {
            Shape shape = check.shape();
            return "COMPARE " + shape.block() + " " + shape.batch() + " " + shape.depth() + " " + shape.threads() + " "
                    + check.bytes() + " " + check.locations() + " " + check.places() + " " + check.slots() + " "
                    + check.seed() + " " + check.around();
        }
    }

    /** Wait until so many notifications have come since the last time; answered by OK or by what is wrong. */
    record Count(long notifications) implements Command {
        @Override
        public String line() {
            return "COUNT " + notifications;
        }
    }

    /** Nothing: the initiator is busy and alive. Not answered. */
    record Alive() implements Command {
        @Override
        public String line() {
            return "ALIVE";
        }
    }

    /** End; answered by BYE. */
    record Finish() implements Command {
        @Override
        public String line() {
            return "FIN";
        }
    }

    /** Reads a partner's line, which may be anything; null when it is none of these. */
    static @Nullable Command parse(String line) {
        String[] words = line.split(" ", 12);
        try {
            return switch (words[0] + "/" + words.length) {
                case "FILL/2" -> new Fill(Long.parseLong(words[1]));
                case "COUNT/2" -> new Count(Numbers.natural(words[1]));
                case "ALIVE/1" -> new Alive();
                case "FIN/1" -> new Finish();
                case "COMPARE/11" -> compare(words);
                default -> null;
            };
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static Compare compare(String[] words) {
        Shape shape = new Shape(
                Numbers.natural(words[1]),
                Integer.parseInt(words[2]),
                Integer.parseInt(words[3]),
                Integer.parseInt(words[4]));
        return new Compare(new Check(
                shape,
                Numbers.natural(words[5]),
                Locations.valueOf(words[6]),
                Long.parseLong(words[7]),
                Integer.parseInt(words[8]),
                Long.parseLong(words[9]),
                Long.parseLong(words[10])));
    }
}
