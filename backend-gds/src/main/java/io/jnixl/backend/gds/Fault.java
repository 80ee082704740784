// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.spi.CompletionSink;
import org.jspecify.annotations.Nullable;

/**
 * Why part of a descriptor did not move, and how that is put into words: an error as of {@link CuFileError}, or in its lower half
 * one of the constants here, which are negative.
 */
final class Fault {
    /** A read found the end of the file. */
    static final long END_OF_FILE = -1;

    /** A write took no byte and gave no reason. */
    static final long TOOK_NOTHING = -2;

    /** The post was cancelled, or the backend ended. */
    static final long CUT_SHORT = -3;

    /** cuFile said that it failed, and no more. */
    static final long FAILED = -4;

    /** cuFile took the request for invalid. */
    static final long INVALID = -5;

    /** cuFile gave up waiting for the device. */
    static final long TIMEOUT = -6;

    /** cuFile cancelled it, which nobody had asked for. */
    static final long CANCELED = -7;

    /** Greater than any number that cuFile or the system has for an error. */
    private static final long NUMBERS = 10_000;

    private Fault() {}

    /** The error of a negative result; {@code otherwise} for a result that no error stands for. */
    static long of(long result, long otherwise) {
        return result < 0 && result > -NUMBERS ? -result : otherwise;
    }

    /** The end of a post by the descriptor that failed first, in words. */
    static Report report(GdsTransfer transfer, Failures failures, int entry) {
        long why = failures.why(entry);
        return new Report(failures.column(entry), text(transfer, failures, entry), nativeText(why), remedy(why));
    }

    /** Notes that one descriptor failed; false when nobody wants to hear of more. */
    static boolean note(CompletionSink sink, GdsTransfer transfer, Failures failures, int entry) {
        return sink.fault(
                failures.column(entry),
                failures.done(entry),
                text(transfer, failures, entry),
                nativeText(failures.why(entry)));
    }

    private static String text(GdsTransfer transfer, Failures failures, int entry) {
        int column = failures.column(entry);
        long why = failures.why(entry);
        FileRegion file = transfer.file(column);
        String what = why == END_OF_FILE
                ? file + " ends at offset "
                : (transfer.isWrite() ? "writing to " : "reading from ") + file + " failed at offset ";
        String detail = why == END_OF_FILE || why > 0 ? "" : ": " + words(why);
        return what + (transfer.offset(column) + failures.stop(entry)) + ", after " + failures.done(entry) + " of "
                + transfer.length(column) + " bytes" + detail;
    }

    private static String words(long why) {
        if (why == TOOK_NOTHING) {
            return "it takes no more";
        }
        if (why == INVALID) {
            return "cuFile takes the request for invalid";
        }
        if (why == TIMEOUT) {
            return "the device did not answer in time";
        }
        return why == CANCELED ? "cuFile cancelled it" : "cuFile gave no reason";
    }

    private static @Nullable String nativeText(long why) {
        if (why > 0) {
            return CuFileError.text(why);
        }
        if (why == INVALID) {
            return "CUFILE_INVALID";
        }
        if (why == TIMEOUT) {
            return "CUFILE_TIMEOUT";
        }
        if (why == CANCELED) {
            return "CUFILE_CANCELED";
        }
        return why == FAILED ? "CUFILE_FAILED" : null;
    }

    private static String remedy(long why) {
        if (why > 0) {
            return CuFileError.remedy(why);
        }
        if (why == END_OF_FILE) {
            return "read no further than the file's size";
        }
        return why == TOOK_NOTHING ? "see whether the device is full" : "see cuFile's log (CUFILE_LOGFILE_PATH)";
    }
}
