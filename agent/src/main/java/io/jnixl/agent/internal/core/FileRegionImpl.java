// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.DescriptorList;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.FileOption;
import io.jnixl.api.FileRegion;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.spi.PathMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file that was opened by path; its entries are owned by the agent itself. */
final class FileRegionImpl extends RegistrationImpl implements FileRegion {
    /** With DIRECT: what every device is content with, where file systems have smaller blocks. */
    private static final int LEAST_ALIGNMENT = 4096;

    private final String owner;
    private final PathMode mode;
    private final long device;

    FileRegionImpl(AgentImpl agent, PathMode mode, long device) {
        super(agent, List.of(MemoryRegion.storage(MemoryKind.FILE, device, 0, 0, mode.encode())));
        this.owner = agent.name();
        this.mode = mode;
        this.device = device;
    }

    @Override
    public Path path() {
        return mode.path();
    }

    @Override
    public long device() {
        return device;
    }

    @Override
    public long size() {
        try {
            return Files.size(mode.path());
        } catch (IOException e) {
            throw failed("cannot read the size of " + mode.path(), e);
        }
    }

    @Override
    public int alignment() {
        if (!mode.options().contains(FileOption.DIRECT)) {
            return 1;
        }
        try {
            return Math.max(
                    LEAST_ALIGNMENT,
                    Math.toIntExact(Files.getFileStore(mode.path()).getBlockSize()));
        } catch (IOException | UnsupportedOperationException e) {
            throw failed("cannot read the alignment of " + mode.path(), e);
        }
    }

    private static NixlException failed(String what, Exception cause) {
        return NixlException.of(ErrorCode.BACKEND, what + ": " + cause)
                .cause(cause)
                .build();
    }

    @Override
    public DescriptorList blocks(long blockBytes) {
        if (blockBytes <= 0 || size() / blockBytes > Integer.MAX_VALUE) {
            throw new NixlException(
                    ErrorCode.INVALID_PARAM,
                    "a file of " + size() + " bytes cannot be cut into blocks of " + blockBytes);
        }
        return blocks(blockBytes, (int) (size() / blockBytes));
    }

    @Override
    public DescriptorList blocks(long blockBytes, int count) {
        if (blockBytes <= 0 || count < 0 || blockBytes > Long.MAX_VALUE / Math.max(1, count)) {
            throw new NixlException(
                    ErrorCode.INVALID_PARAM, count + " blocks of " + blockBytes + " bytes are not a range of a file");
        }
        return count == 0
                ? DescriptorList.empty(MemoryKind.FILE)
                : DescriptorList.blocks(MemoryKind.FILE, device, 0, blockBytes * count, blockBytes, owner);
    }

    @Override
    public DescriptorList slice(long offset, long length) {
        if (offset < 0 || length < 0 || offset > Long.MAX_VALUE - length) {
            throw new NixlException(
                    ErrorCode.INVALID_PARAM, length + " bytes at offset " + offset + " are not a range of a file");
        }
        return DescriptorList.range(MemoryKind.FILE, device, offset, length, owner);
    }
}
