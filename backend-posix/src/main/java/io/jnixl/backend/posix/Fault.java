// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.Status;
import io.jnixl.nativesupport.Errno;
import io.jnixl.spi.CompletionSink;
import io.jnixl.spi.TransferColumns;
import org.jspecify.annotations.Nullable;

/** Puts into words why a post failed. */
final class Fault {
    /** Instead of an errno: a read found the end of the file. */
    static final int END_OF_FILE = -1;

    /** Instead of an errno: a write took no byte and gave no reason. */
    static final int TOOK_NOTHING = -2;

    /** Instead of an errno: the post was cancelled, or the engine ended. */
    static final int CUT_SHORT = -3;

    private Fault() {}

    /**
     * Tells the sink.
     *
     * @param done bytes of the descriptor that were moved for certain
     * @param why an errno, or one of the constants here
     */
    static void report(
            CompletionSink sink,
            TransferColumns columns,
            FileRegion file,
            long start,
            boolean write,
            int column,
            long done,
            int why) {
        sink.fail(
                Status.BACKEND,
                column,
                message(columns, file, start, write, column, done, why),
                why > 0 ? Errno.text(why) : null,
                switch (why) {
                    case END_OF_FILE -> endOfFile(file);
                    case TOOK_NOTHING -> "see whether the device is full";
                    default -> remedy(why);
                });
    }

    private static String message(
            TransferColumns columns, FileRegion file, long start, boolean write, int column, long done, int why) {
        String what = switch (why) {
            case END_OF_FILE -> file + " ends at offset ";
            case TOOK_NOTHING -> file + " takes no more at offset ";
            default -> (write ? "writing to " : "reading from ") + file + " failed at offset ";
        };
        return what + (start + done) + ", after " + done + " of " + columns.length(column) + " bytes";
    }

    private static String endOfFile(FileRegion file) {
        return file.offsetAlignment() == 1
                ? "read no further than the file's size"
                : "read no further than the file's size; what lies behind its last multiple of "
                        + file.offsetAlignment() + " bytes needs a registration without DIRECT, or the option bounce";
    }

    static String remedyOr(int errno) {
        String remedy = remedy(errno);
        return remedy == null ? "see the system's message" : remedy;
    }

    /** Tells the sink of one descriptor, before the end; false when it wants to hear of no more. */
    static boolean note(
            CompletionSink sink, FileRegion file, long start, boolean write, int column, long done, int why) {
        String text = switch (why) {
            case END_OF_FILE -> file + " ends at offset " + (start + done);
            case TOOK_NOTHING -> file + " takes no more at offset " + (start + done);
            default -> (write ? "writing to " : "reading from ") + file + " failed at offset " + (start + done);
        };
        return sink.fault(column, done, text, why > 0 ? Errno.text(why) : null);
    }

    /** Tells the sink that what was written may be lost. */
    static void reportSync(CompletionSink sink, FileRegion file, int errno) {
        sink.fail(
                Status.BACKEND,
                -1,
                "what was written to " + file + " could not be made durable",
                Errno.text(errno),
                "take what this post wrote as lost, also what was there before; "
                        + (errno == Errno.ENOSPC || errno == Errno.EDQUOT
                                ? "free space first"
                                : "look at the system's log for errors of the device"));
    }

    private static @Nullable String remedy(int errno) {
        return switch (errno) {
            case Errno.EBADF -> "keep the file descriptor open while it is registered";
            case Errno.ENOSPC -> "free space on the device, or write elsewhere";
            case Errno.EDQUOT -> "free space within the quota, or raise it";
            case Errno.EFBIG -> "see ulimit -f, and the file system's largest file";
            case Errno.EINVAL -> "with DIRECT, see what alignment the device needs";
            case Errno.EFAULT -> "keep the memory mapped while it is registered";
            case Errno.EIO -> "look at the system's log for errors of the device";
            default -> null;
        };
    }

    /** Tells the sink that a descriptor cannot be part of a file. */
    static void reportRange(CompletionSink sink, TransferColumns columns, FileRegion file, long offset, int column) {
        sink.fail(
                Status.INVALID_PARAM,
                column,
                columns.length(column) + " bytes at offset " + Long.toUnsignedString(offset) + " of " + file
                        + " end past the largest file",
                null,
                "offsets and ends of files are below 2^63");
    }
}
