// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryInfo;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks backends about storage: each region goes to the first that takes its kind and can say. */
final class StorageQuery {
    private StorageQuery() {}

    static List<Optional<MemoryInfo>> ask(List<MemoryRegion> regions, List<BackendSlot> candidates) {
        List<MemoryRegion> asked = List.copyOf(regions);
        List<Optional<MemoryInfo>> answers = new ArrayList<>(asked.size());
        for (int i = 0; i < asked.size(); i++) {
            answers.add(ask(asked.get(i), i, candidates));
        }
        return List.copyOf(answers);
    }

    private static Optional<MemoryInfo> ask(MemoryRegion region, int index, List<BackendSlot> candidates) {
        List<BackendSlot> willing =
                candidates.stream().filter(s -> s.kinds.contains(region.kind())).toList();
        for (BackendSlot slot : willing) {
            try {
                return slot.backend.query(region);
            } catch (NixlException e) {
                if (e.code() != ErrorCode.NOT_SUPPORTED) {
                    throw failed(slot, index, e.code(), String.valueOf(e.getMessage()), e);
                }
            } catch (RuntimeException e) {
                String text = "the backend threw " + e + ", which is a defect of the backend";
                throw failed(slot, index, ErrorCode.BACKEND, text, e);
            }
        }
        throw NixlException.of(
                        willing.isEmpty() ? ErrorCode.NOT_FOUND : ErrorCode.NOT_SUPPORTED,
                        willing.isEmpty()
                                ? "no backend takes " + region.kind() + "; asked " + candidates
                                : "of " + willing + ", which take " + region.kind()
                                        + ", none answers questions about it")
                .descriptor(index)
                .remedy("Agent.backends() lists what was found and why some do not run")
                .build();
    }

    private static NixlException failed(BackendSlot slot, int index, ErrorCode code, String text, RuntimeException e) {
        return NixlException.of(code, text)
                .backend(slot.name)
                .descriptor(index)
                .cause(e)
                .build();
    }
}
