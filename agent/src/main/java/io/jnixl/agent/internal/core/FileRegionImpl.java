// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.Alignment;
import io.jnixl.api.Allocation;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.FileOption;
import io.jnixl.api.FileRegion;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.spi.PathMode;
import io.jnixl.spi.RegisteredFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A file that was opened by path; its entries are owned by the agent itself. */
final class FileRegionImpl extends RegistrationImpl implements FileRegion {
    /** Room for rounding up. */
    private static final long MOST_BYTES = 1L << 62;

    private final AgentImpl agent;
    private final String owner;
    private final PathMode mode;
    private final long device;

    FileRegionImpl(AgentImpl agent, PathMode mode, long device) {
        super(agent, List.of(MemoryRegion.storage(MemoryKind.FILE, device, 0, 0, mode.encode())));
        this.agent = agent;
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

    /** What the backend that comes first among those that took it holds. */
    private @Nullable RegisteredFile file() {
        for (List<Region> regions : accepted().values()) {
            if (regions.getFirst().handle instanceof RegisteredFile file) {
                return file;
            }
        }
        return null;
    }

    @Override
    public Alignment alignment() {
        RegisteredFile file = file();
        return file == null ? Alignment.NONE : file.alignment();
    }

    @Override
    public Allocation allocate(long bytes) {
        if (bytes <= 0 || bytes > MOST_BYTES) {
            throw new NixlException(ErrorCode.INVALID_PARAM, bytes + " bytes cannot be allocated");
        }
        Alignment alignment = alignment();
        return agent.allocate(alignment.roundUp(bytes), alignment.strictest());
    }

    @Override
    public int[] pastEnd(DescriptorList ranges) {
        long size = size();
        return IntStream.range(0, ranges.size())
                .filter(i -> Long.compareUnsigned(ranges.address(i), size) > 0
                        || Long.compareUnsigned(ranges.length(i), size - ranges.address(i)) > 0)
                .toArray();
    }

    @Override
    public void resize(long bytes) {
        if (bytes < 0) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "a file cannot have " + bytes + " bytes");
        }
        writable("resized").resize(bytes);
    }

    @Override
    public void reserve(long bytes) {
        if (bytes <= 0) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "there is no room of " + bytes + " bytes to reserve");
        }
        writable("given room").reserve(bytes);
    }

    private RegisteredFile writable(String what) {
        if (!mode.options().contains(FileOption.WRITE)) {
            throw NixlException.of(ErrorCode.NOT_ALLOWED, path() + " is open for reading and cannot be " + what)
                    .remedy("open it with WRITE")
                    .build();
        }
        RegisteredFile file = isOpen() ? file() : null;
        if (file == null) {
            throw new NixlException(
                    isOpen() ? ErrorCode.NOT_SUPPORTED : ErrorCode.NOT_ALLOWED,
                    path() + " cannot be " + what
                            + (isOpen() ? " by " + accepted().keySet() : ": it is closed"));
        }
        return file;
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
