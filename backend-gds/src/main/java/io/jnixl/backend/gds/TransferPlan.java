// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.TransferRequest;
import java.util.Arrays;
import java.util.List;

/** Checks a request and makes the transfer that fits its two sides. */
final class TransferPlan {
    private final GdsBackend backend;
    private final TransferRequest request;

    TransferPlan(GdsBackend backend, TransferRequest request) {
        this.backend = backend;
        this.request = request;
    }

    GdsTransfer transfer() {
        if (!request.options().isEmpty()) {
            throw refused(
                    ErrorCode.INVALID_PARAM,
                    "unknown transfer option "
                            + String.join(", ", request.options().keySet()) + "; there are none",
                    "leave it out");
        }
        Region[] local = resolve("local", request.local());
        Region[] remote = resolve("remote", request.remote());
        boolean fileIsRemote = areFiles("remote", remote);
        if (areFiles("local", local) == fileIsRemote) {
            throw refused(
                    ErrorCode.NOT_SUPPORTED,
                    fileIsRemote ? "both sides are files" : "neither side is a file",
                    fileIsRemote
                            ? "READ the one into memory, then WRITE that to the other"
                            : "let another backend move between memories");
        }
        boolean write = request.operation() == Operation.WRITE;
        require("local", local, !write);
        require("remote", remote, write);
        Region[] there = fileIsRemote ? remote : local;
        Region[] here = fileIsRemote ? local : remote;
        return new GdsTransfer(
                backend,
                request,
                Arrays.copyOf(here, here.length, BufferRegion[].class),
                Arrays.copyOf(there, there.length, FileRegion[].class),
                fileIsRemote,
                fileIsRemote == write);
    }

    private Region[] resolve(String side, List<? extends RegionHandle> handles) {
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

    private boolean areFiles(String side, Region[] regions) {
        long files = Arrays.stream(regions).filter(r -> r instanceof FileRegion).count();
        if (files != 0 && files != regions.length) {
            throw refused(
                    ErrorCode.INVALID_PARAM,
                    "the " + side + " side mixes " + files + " files with " + (regions.length - files)
                            + " regions of memory",
                    "make two transfers");
        }
        return files > 0;
    }

    private void require(String side, Region[] regions, boolean written) {
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

    private NixlException refused(ErrorCode code, String message, String remedy) {
        return NixlException.of(code, message)
                .backend(backend.name())
                .remedy(remedy)
                .build();
    }
}
