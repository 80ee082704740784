// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.wire.WireDescriptors;
import io.jnixl.spi.wire.WireMetadata;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What an agent tells its peers, in native NIXL's terms. */
final class MetadataExport {
    private final String name;
    private final List<BackendSlot> slots;
    private final RegionSpace space;

    /**
     * @param slots the backends to speak for; those that reach no other agents are left out
     */
    MetadataExport(String name, List<BackendSlot> slots, RegionSpace space) {
        this.name = name;
        this.slots = slots.stream().filter(s -> s.capabilities.remote()).toList();
        this.space = space;
    }

    byte[] full() {
        if (slots.isEmpty()) {
            throw NixlException.of(
                            ErrorCode.INVALID_PARAM, "agent " + name + " has no backend that reaches other agents")
                    .remedy("add UCX, or MEMORY for agents of this process")
                    .build();
        }
        List<WireMetadata.Section> sections = new ArrayList<>();
        for (BackendSlot slot : slots) {
            for (Section section : space.sectionsOf(slot)) {
                addSection(sections, slot, published(section.regions()));
            }
        }
        return new WireMetadata(name, connections(), sections).encode();
    }

    byte[] connectionsOnly() {
        if (slots.isEmpty()) {
            throw new NixlException(
                    ErrorCode.BACKEND, "none of the backends asked of agent " + name + " reaches other agents");
        }
        return new WireMetadata(name, connections(), List.of()).encode();
    }

    byte[] partial(List<RegistrationImpl> registrations, boolean withConnections) {
        List<WireMetadata.Section> sections = new ArrayList<>();
        for (BackendSlot slot : slots) {
            Set<Region> chosen = new HashSet<>();
            registrations.forEach(r -> chosen.addAll(r.accepted().getOrDefault(slot, List.of())));
            for (Section section : space.sectionsOf(slot)) {
                addSection(
                        sections,
                        slot,
                        published(section.regions().stream()
                                .filter(chosen::contains)
                                .toList()));
            }
        }
        if (sections.isEmpty()) {
            throw NixlException.of(
                            ErrorCode.BACKEND,
                            "no backend of agent " + name + " publishes these registrations; asked " + slots)
                    .build();
        }
        return new WireMetadata(name, withConnections ? connections() : List.of(), sections).encode();
    }

    private List<WireMetadata.Connection> connections() {
        List<WireMetadata.Connection> all = new ArrayList<>();
        for (BackendSlot slot : slots) {
            if (slot.connectionInfo != null) {
                all.add(new WireMetadata.Connection(slot.name, slot.connectionInfo));
            }
        }
        return all;
    }

    /** What peers can reach; of a range that is registered twice, the later registration. */
    private static List<Region> published(List<Region> regions) {
        List<Region> some = new ArrayList<>();
        for (Region region : regions) {
            if (region.publicData.length == 0) {
                continue;
            }
            if (!some.isEmpty() && sameRange(some.getLast(), region)) {
                some.removeLast();
            }
            some.add(region);
        }
        return some;
    }

    private static boolean sameRange(Region a, Region b) {
        return a.range.device() == b.range.device()
                && a.range.address() == b.range.address()
                && a.range.length() == b.range.length();
    }

    private static void addSection(List<WireMetadata.Section> sections, BackendSlot slot, List<Region> regions) {
        if (regions.isEmpty()) {
            return; // native readers take an empty list for a malformed one
        }
        int n = regions.size();
        long[] addresses = new long[n];
        long[] lengths = new long[n];
        long[] devices = new long[n];
        List<byte[]> blobs = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            Region region = regions.get(i);
            addresses[i] = region.range.address();
            lengths[i] = region.range.length();
            devices[i] = region.range.device();
            blobs.add(region.publicData);
        }
        sections.add(new WireMetadata.Section(
                slot.name,
                WireDescriptors.of(
                        regions.getFirst().range.kind(), addresses, lengths, devices, blobs.toArray(byte[][]::new))));
    }
}
