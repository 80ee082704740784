// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import io.jnixl.cli.run.Numbers;

/** What the initiator asks of the target. */
sealed interface Command {
    String PING = "PING";
    String PONG = "PONG";
    String FILLED = "FILLED";
    String OK = "OK";
    String BAD_SIZE = "BAD size";
    String BAD_COMMAND = "BAD command";
    String FIN = "FIN";
    String BYE = "BYE";

    /** Answer PONG. */
    record Ping() implements Command {}

    /** Fill the first bytes with the pattern. */
    record Fill(long seed, long bytes) implements Command {
        String message() {
            return "FILL " + Long.toUnsignedString(seed) + " " + bytes;
        }
    }

    /** Compare the first bytes with the pattern, once so many transfers have told of themselves. */
    record Check(long seed, long bytes, long transfers) implements Command {
        String message() {
            return "CHK " + Long.toUnsignedString(seed) + " " + bytes + " " + transfers;
        }
    }

    /** End. */
    record Finish() implements Command {}

    /** Tells of a transfer. */
    record Arrived() implements Command {}

    /** None of these. */
    record Unknown() implements Command {}

    /** Reads a message of the partner's, which may be anything. */
    static Command parse(String message) {
        if (message.startsWith(CountedMessage.PREFIX)) {
            return new Arrived();
        }
        String[] words = message.split(" ", 5);
        try {
            return switch (words[0]) {
                case PING -> words.length == 1 ? new Ping() : new Unknown();
                case FIN -> words.length == 1 ? new Finish() : new Unknown();
                case "FILL" ->
                    words.length == 3
                            ? new Fill(Numbers.unsigned(words[1]), Numbers.unsigned(words[2]))
                            : new Unknown();
                case "CHK" ->
                    words.length == 4
                            ? new Check(
                                    Numbers.unsigned(words[1]), Numbers.unsigned(words[2]), Numbers.natural(words[3]))
                            : new Unknown();
                default -> new Unknown();
            };
        } catch (NumberFormatException _) {
            return new Unknown();
        }
    }

    /** The target's word on bytes that are wrong (-1: none is) or notifications that are too few or too many. */
    static String bad(long offset, long notifications) {
        return "BAD offset " + offset + " notifs " + notifications;
    }
}
