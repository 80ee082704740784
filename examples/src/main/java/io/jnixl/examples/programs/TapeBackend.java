// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.programs;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.Capabilities;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.TransferRequest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Pattern;

/** The tape library of one agent: its open objects, and the robot that does the work. */
final class TapeBackend implements Backend {
    private static final System.Logger LOG = System.getLogger(TapeBackend.class.getName());

    /** Keys come from outside, so they name no other folder: no separators, and no dot in front. */
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}");

    /** Host memory that was registered. */
    record Memory(MemorySegment segment) implements RegisteredMemory {
        /** The agent takes care that no transfer uses it any more; there is nothing to free. */
        @Override
        public void close() {}
    }

    /** An object that was registered. */
    record TapeObject(String key, FileChannel channel) implements RegisteredMemory {
        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "closing object " + key + " failed: written data may be lost", e);
            }
        }
    }

    private final Path library;
    private final TapeRobot robot;

    TapeBackend(Path library, String agentName) {
        this.library = library;
        this.robot = new TapeRobot("tape-robot-" + agentName);
    }

    /** Within the agent, without notifications: the agent leaves out everything that concerns peers. */
    @Override
    public Capabilities capabilities() {
        return Capabilities.localOnly();
    }

    @Override
    public RegisteredMemory register(MemoryRegion region) {
        return switch (region.kind()) {
            case DRAM -> memory(region);
            case OBJ -> open(new String(region.metaInfo(), StandardCharsets.UTF_8));
            default -> throw refused(ErrorCode.NOT_SUPPORTED, region + " is neither host memory nor an object");
        };
    }

    private static Memory memory(MemoryRegion region) {
        MemorySegment segment = region.segment();
        if (segment == null) {
            throw refused(ErrorCode.NOT_SUPPORTED, region + " is a raw address; register the segment itself");
        }
        return new Memory(segment);
    }

    private TapeObject open(String key) {
        if (!KEY.matcher(key).matches()) {
            throw refused(
                    ErrorCode.INVALID_PARAM,
                    "an object's key is 1 to 200 letters, digits, _, - and . (not in front), not \"" + key + "\"");
        }
        try {
            return new TapeObject(
                    key,
                    FileChannel.open(
                            library.resolve(key),
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.CREATE));
        } catch (IOException e) {
            throw NixlException.of(ErrorCode.BACKEND, "object " + key + " cannot be opened: " + e)
                    .backend(TapeBackendProvider.NAME)
                    .cause(e)
                    .build();
        }
    }

    /** A tape is always the far side. */
    @Override
    public boolean moves(Operation operation, MemoryKind local, MemoryKind remote) {
        return local == MemoryKind.DRAM && remote == MemoryKind.OBJ;
    }

    /** Decides all that a post should not have to: what is refused here never fails there. */
    @Override
    public BackendTransfer prepare(TransferRequest request) {
        if (!request.options().isEmpty()) {
            throw refused(
                    ErrorCode.INVALID_PARAM,
                    "there are no transfer options, and thus no "
                            + request.options().keySet());
        }
        return new TapeTransfer(
                request,
                all(request.local(), Memory.class, "local", "host memory").toArray(Memory[]::new),
                all(request.remote(), TapeObject.class, "remote", "an object").toArray(TapeObject[]::new),
                robot);
    }

    private static <T> List<T> all(List<? extends RegionHandle> handles, Class<T> type, String side, String what) {
        for (int i = 0; i < handles.size(); i++) {
            if (!type.isInstance(handles.get(i))) {
                throw refused(
                        ErrorCode.NOT_SUPPORTED,
                        side + " region " + i + " is not " + what
                                + "; the local side is memory, the remote side objects");
            }
        }
        return handles.stream().map(type::cast).toList();
    }

    private static NixlException refused(ErrorCode code, String message) {
        return NixlException.of(code, message).backend(TapeBackendProvider.NAME).build();
    }

    @Override
    public void close() {
        robot.close();
    }
}
