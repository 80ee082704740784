// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Moves bytes between host memory and files by positional reads and writes. */
final class FileTransfer extends MemoryTransfer {
    private final FileRegion[] files;
    private final Windows[] memory;
    private final Region[] remote;
    private final boolean fileIsRemote;
    private final boolean toFile;

    /** One of the two tables holds files and the other host memory. */
    FileTransfer(
            MemoryBackend backend,
            MemoryPeer peer,
            TransferRequest request,
            FileRegion[] files,
            DramRegion[] memory,
            boolean fileIsRemote) {
        super(backend, peer, request);
        this.files = files;
        this.memory = Windows.over(memory);
        this.remote = fileIsRemote ? files : memory;
        this.fileIsRemote = fileIsRemote;
        this.toFile = fileIsRemote == (request.operation() == Operation.WRITE);
    }

    @Override
    Workers workers() {
        return backend().fileWorkers();
    }

    @Override
    Status move() throws IOException {
        Thread.interrupted(); // a pending interrupt would close the channel for everybody
        int count = columns().count();
        for (int i = 0; i < count; i++) {
            Status status = begin(i);
            if (status == Status.IN_PROGRESS) {
                status = move(i);
            }
            if (status != Status.IN_PROGRESS) {
                return status;
            }
        }
        return Status.SUCCESS;
    }

    private Status move(int i) throws IOException {
        TransferColumns c = columns();
        long offset = fileIsRemote ? c.remoteAddress(i) : c.localAddress(i);
        long address = fileIsRemote ? c.localAddress(i) : c.remoteAddress(i);
        FileRegion file = files[fileIsRemote ? c.remoteRegion(i) : c.localRegion(i)];
        Windows windows = memory[fileIsRemote ? c.localRegion(i) : c.remoteRegion(i)];
        Region far = remote[c.remoteRegion(i)];
        long length = c.length(i);
        check(i, file, offset, address, length);
        while (moved() < length) {
            hold(far);
            long wanted = Math.min(chunk(), length - moved());
            ByteBuffer buffer = windows.at(address + moved(), wanted);
            int bytes = toFile ? write(i, file, buffer, offset) : read(i, file, buffer, offset);
            Status status = advance(bytes);
            if (status != Status.IN_PROGRESS) {
                return status;
            }
        }
        return Status.IN_PROGRESS;
    }

    private static void check(int i, FileRegion file, long offset, long address, long length) {
        if (offset < 0 || offset > Long.MAX_VALUE - length) {
            throw new TransferFault(
                    Status.INVALID_PARAM,
                    i,
                    length + " bytes at offset " + Long.toUnsignedString(offset) + " of " + file
                            + " end past the largest file",
                    "offsets and ends of files are below 2^63");
        }
        if (((offset | address | length) & (file.blockBytes() - 1)) != 0) {
            throw new TransferFault(
                    Status.INVALID_PARAM,
                    i,
                    length + " bytes at offset " + offset + " of " + file + " and address 0x"
                            + Long.toHexString(address) + " are not all multiples of " + file.blockBytes()
                            + ", as DIRECT needs",
                    "align them, or open the file without DIRECT");
        }
    }

    private int read(int i, FileRegion file, ByteBuffer buffer, long offset) throws IOException {
        int wanted = buffer.remaining();
        int bytes = file.channel().read(buffer, offset + moved());
        // With DIRECT the system refuses to carry on at an unaligned offset, where only the end of the file can be.
        boolean atEnd = bytes <= 0 || (bytes < wanted && (bytes & (file.blockBytes() - 1)) != 0);
        if (atEnd) {
            long got = moved() + Math.max(bytes, 0);
            throw new TransferFault(
                    Status.BACKEND,
                    i,
                    file + " ends at offset " + (offset + got) + ", after " + got + " of "
                            + columns().length(i) + " bytes",
                    "read no further than the file's size");
        }
        return bytes;
    }

    private int write(int i, FileRegion file, ByteBuffer buffer, long offset) throws IOException {
        int bytes = file.channel().write(buffer, offset + moved());
        if (bytes <= 0) {
            throw new TransferFault(
                    Status.BACKEND,
                    i,
                    file + " took " + moved() + " of " + columns().length(i) + " bytes and no more",
                    "see whether the device is full");
        }
        return bytes;
    }
}
