// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.memory;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.TransferRequest;
import java.util.Arrays;
import java.util.List;

/** Checks a request and makes the transfer that fits its two sides. */
final class TransferPlan {
    private final MemoryBackend backend;
    private final TransferRequest request;
    private final MemoryPeer peer;

    private TransferPlan(MemoryBackend backend, TransferRequest request) {
        this.backend = backend;
        this.request = request;
        if (!(request.peer() instanceof MemoryPeer known) || known.owner() != backend) {
            throw refused(
                    ErrorCode.INVALID_PARAM,
                    "the peer " + request.peer() + " was not loaded by this backend",
                    "load the peer first; for transfers within the agent, its own connection information");
        }
        this.peer = known;
    }

    static MemoryTransfer prepare(MemoryBackend backend, TransferRequest request) {
        return new TransferPlan(backend, request).make();
    }

    private MemoryTransfer make() {
        if (!request.options().isEmpty()) {
            throw refused(
                    ErrorCode.INVALID_PARAM,
                    "unknown transfer options " + request.options().keySet() + "; there are none",
                    "leave them out");
        }
        Region[] local = resolve("local", request.local());
        Region[] remote = resolve("remote", request.remote());
        if (request.operation() == Operation.WRITE) {
            requireWritable("remote", remote);
        } else {
            requireWritable("local", local);
        }
        boolean localFiles = areFiles("local", local);
        boolean remoteFiles = areFiles("remote", remote);
        if (localFiles && remoteFiles) {
            throw refused(
                    ErrorCode.NOT_SUPPORTED,
                    "both sides are files",
                    "READ the one into host memory, then WRITE that to the other");
        }
        if (localFiles) {
            return new FileTransfer(backend, peer, request, files(local), dram(remote), false);
        }
        return remoteFiles
                ? new FileTransfer(backend, peer, request, files(remote), dram(local), true)
                : new DramTransfer(backend, peer, request, dram(local), dram(remote));
    }

    private Region[] resolve(String side, List<? extends RegionHandle> handles) {
        Region[] regions = new Region[handles.size()];
        for (int i = 0; i < regions.length; i++) {
            regions[i] = resolve(side, i, handles.get(i));
        }
        return regions;
    }

    private Region resolve(String side, int index, RegionHandle handle) {
        boolean isRemote = side.equals("remote");
        return switch (handle) {
            case LoadedRegion loaded when isRemote && loaded.peer() == peer -> loaded.region();
            case Region own when own.owner() == backend && (!isRemote || peer.target() == backend) -> own;
            default ->
                throw refused(
                        ErrorCode.INVALID_PARAM,
                        side + " region " + index + " (" + handle + ") belongs to another backend or peer",
                        "prepare with handles of this backend and of " + peer);
        };
    }

    private static void requireWritable(String side, Region[] regions) {
        for (int i = 0; i < regions.length; i++) {
            if (!regions[i].isWritable()) {
                throw refused(
                        ErrorCode.NOT_ALLOWED,
                        side + " region " + i + " (" + regions[i] + ") is read-only and would be written to",
                        "register writable memory, or open the file with WRITE (rw:path)");
            }
        }
    }

    private static boolean areFiles(String side, Region[] regions) {
        long files = Arrays.stream(regions).filter(r -> r instanceof FileRegion).count();
        if (files != 0 && files != regions.length) {
            throw refused(
                    ErrorCode.INVALID_PARAM,
                    "the " + side + " side mixes " + files + " files with " + (regions.length - files)
                            + " regions of host memory",
                    "make two transfers");
        }
        return files > 0;
    }

    private static FileRegion[] files(Region[] regions) {
        return Arrays.copyOf(regions, regions.length, FileRegion[].class);
    }

    private static DramRegion[] dram(Region[] regions) {
        return Arrays.copyOf(regions, regions.length, DramRegion[].class);
    }

    private static NixlException refused(ErrorCode code, String message, String remedy) {
        return NixlException.of(code, message)
                .backend(MemoryBackendProvider.NAME)
                .remedy(remedy)
                .build();
    }
}
