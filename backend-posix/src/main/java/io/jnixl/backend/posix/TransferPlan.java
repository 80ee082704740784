// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.TransferRequest;
import java.util.Arrays;
import java.util.List;

/** Checks a request and makes the transfer that fits its two sides. */
final class TransferPlan {
    private TransferPlan() {}

    /**
     * Which way bytes go, and what is promised at the end.
     *
     * @param fileIsRemote whether the far side holds the files
     * @param toFile whether they are written
     * @param durable what the end promises
     */
    record Way(boolean fileIsRemote, boolean toFile, Durable durable) {}

    static BackendTransfer prepare(PosixBackend backend, TransferRequest request) {
        TransferOptions options = TransferOptions.of(request.options());
        Region[] local = resolve(backend, "local", request.local());
        Region[] remote = resolve(backend, "remote", request.remote());
        boolean fileIsRemote = areFiles("remote", remote);
        if (areFiles("local", local) == fileIsRemote) {
            throw refused(
                    ErrorCode.NOT_SUPPORTED,
                    fileIsRemote ? "both sides are files" : "neither side is a file",
                    fileIsRemote
                            ? "READ the one into host memory, then WRITE that to the other"
                            : "let the MEMORY backend move between host memories");
        }
        boolean write = request.operation() == Operation.WRITE;
        require("local", local, !write);
        require("remote", remote, write);
        if (options.durable() != Durable.NO && fileIsRemote != write) {
            throw refused(
                    ErrorCode.INVALID_PARAM,
                    "transfer option " + Durable.OPTION + " for a transfer that reads from files",
                    "leave it out; it is for those that write to files");
        }
        Way way = new Way(fileIsRemote, fileIsRemote == write, options.durable());
        Region[] there = fileIsRemote ? remote : local;
        Region[] here = fileIsRemote ? local : remote;
        FileRegion[] files = Arrays.copyOf(there, there.length, FileRegion[].class);
        DramRegion[] memories = Arrays.copyOf(here, here.length, DramRegion[].class);
        boolean direct = Arrays.stream(files).anyMatch(f -> f.alignment().strictest() > 1);
        return options.bounce() && direct
                ? bouncing(backend, request, memories, files, way)
                : plain(backend, request, memories, files, way);
    }

    private static BackendTransfer plain(
            PosixBackend backend, TransferRequest request, DramRegion[] memories, FileRegion[] files, Way way) {
        new AlignmentCheck(request.columns(), files, way.fileIsRemote(), false, false).require();
        Lane lane = backend.engine().lane();
        lane.prepare(memories, files);
        return new PosixTransfer(lane, request, memories, files, way);
    }

    private static BackendTransfer bouncing(
            PosixBackend backend, TransferRequest request, DramRegion[] memories, FileRegion[] files, Way way) {
        BounceTransfer transfer = new BounceTransfer(backend, request, memories, files, way);
        try {
            transfer.require();
            return transfer;
        } catch (NixlException e) {
            transfer.close();
            throw e;
        }
    }

    private static Region[] resolve(PosixBackend backend, String side, List<? extends RegionHandle> handles) {
        Region[] regions = new Region[handles.size()];
        for (int i = 0; i < regions.length; i++) {
            if (!(handles.get(i) instanceof Region own) || own.owner() != backend) {
                throw refused(
                        ErrorCode.INVALID_PARAM,
                        side + " region " + i + " (" + handles.get(i) + ") belongs to another backend",
                        "prepare with registrations of this backend");
            }
            regions[i] = own;
        }
        return regions;
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

    private static void require(String side, Region[] regions, boolean written) {
        for (int i = 0; i < regions.length; i++) {
            Region region = regions[i];
            String what = side + " region " + i + " (" + region + ") ";
            if (written && !region.isWritable()) {
                throw refused(
                        ErrorCode.NOT_ALLOWED,
                        what + "is read-only and would be written to",
                        "register writable memory, or open the file for writing (rw:path, O_RDWR)");
            }
            if (!written && !region.isReadable()) {
                throw refused(
                        ErrorCode.NOT_ALLOWED,
                        what + "was opened for writing only and would be read from",
                        "open it for reading too (O_RDWR)");
            }
            if (written && region instanceof FileRegion file && file.appends()) {
                throw refused(
                        ErrorCode.NOT_ALLOWED,
                        what + "was opened with O_APPEND: the kernel would write at its end, whatever the offset",
                        "open it without O_APPEND");
            }
        }
    }

    private static NixlException refused(ErrorCode code, String message, String remedy) {
        return NixlException.of(code, message)
                .backend(PosixBackendProvider.NAME)
                .remedy(remedy)
                .build();
    }
}
