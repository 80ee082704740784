// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Status;
import io.jnixl.spi.CompletionSink;
import io.jnixl.spi.TransferColumns;

/** The descriptors of a transfer against what their files ask for. */
final class AlignmentCheck {
    private static final String ALIGN =
            "align them (FileRegion.alignment, FileRegion.allocate), take the transfer's option"
                    + " bounce, or open the file without DIRECT";

    private final TransferColumns columns;
    private final FileRegion[] files;
    private final boolean fileIsRemote;

    /** Whether addresses in memory do not matter, since there is a buffer. */
    private final boolean anyAddress;

    /** Whether offsets and lengths do not matter, likewise. */
    private final boolean anyOffset;

    AlignmentCheck(
            TransferColumns columns, FileRegion[] files, boolean fileIsRemote, boolean anyAddress, boolean anyOffset) {
        this.columns = columns;
        this.files = files;
        this.fileIsRemote = fileIsRemote;
        this.anyAddress = anyAddress;
        this.anyOffset = anyOffset;
    }

    FileRegion file(int i) {
        return files[fileIsRemote ? columns.remoteRegion(i) : columns.localRegion(i)];
    }

    long offset(int i) {
        return fileIsRemote ? columns.remoteAddress(i) : columns.localAddress(i);
    }

    long address(int i) {
        return fileIsRemote ? columns.localAddress(i) : columns.remoteAddress(i);
    }

    /** Whether the device can move this one as it is. */
    boolean isAligned(int i) {
        return hasAlignedAddress(i) && hasAlignedRange(i);
    }

    private boolean hasAlignedAddress(int i) {
        return (address(i) & (file(i).memoryAlignment() - 1)) == 0;
    }

    private boolean hasAlignedRange(int i) {
        return ((offset(i) | columns.length(i)) & (file(i).offsetAlignment() - 1)) == 0;
    }

    private boolean passes(int i) {
        return (anyAddress || hasAlignedAddress(i)) && (anyOffset || hasAlignedRange(i));
    }

    /** Tells the sink of the first that must not be; false then. */
    boolean tell(CompletionSink sink) {
        for (int i = 0; i < columns.count(); i++) {
            if (!passes(i)) {
                sink.fail(Status.INVALID_PARAM, i, text(i), null, remedy());
                return false;
            }
        }
        return true;
    }

    /** Refuses the first that must not be. */
    void require() {
        for (int i = 0; i < columns.count(); i++) {
            if (!passes(i)) {
                throw NixlException.of(ErrorCode.INVALID_PARAM, text(i))
                        .backend(PosixBackendProvider.NAME)
                        .descriptor(columns.callerIndex(i))
                        .remedy(remedy())
                        .build();
            }
        }
    }

    /** Tells the sink of one that is not aligned. */
    static void report(CompletionSink sink, int column, long length, long offset, long address, FileRegion file) {
        boolean addressIsFine = (address & (file.memoryAlignment() - 1)) == 0;
        sink.fail(Status.INVALID_PARAM, column, text(length, offset, address, file, addressIsFine), null, ALIGN);
    }

    private String text(int i) {
        return text(columns.length(i), offset(i), address(i), file(i), anyAddress || hasAlignedAddress(i));
    }

    private static String text(long length, long offset, long address, FileRegion file, boolean addressIsFine) {
        int multiple = addressIsFine ? file.offsetAlignment() : file.memoryAlignment();
        return length + " bytes at offset " + offset + " of " + file + " and address 0x" + Long.toHexString(address)
                + " are not aligned as DIRECT needs: "
                + (addressIsFine
                        ? "offset and length must be multiples of " + multiple
                                + excess("the offset", offset, multiple)
                                + excess("the length", length, multiple)
                        : "the address must be a multiple of " + multiple + excess("it", address, multiple))
                + (file.alignment().reported() ? "" : " (assumed: the system does not say)");
    }

    private static String excess(String what, long value, int multiple) {
        long by = value & (multiple - 1);
        return by == 0 ? "" : ", " + what + " is " + by + " above one";
    }

    private String remedy() {
        return anyAddress
                ? "align them, or open the file without DIRECT: no buffer helps a WRITE of part of a block"
                : ALIGN;
    }
}
