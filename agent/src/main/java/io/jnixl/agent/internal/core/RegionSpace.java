// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.MemoryKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All regions of one agent, by backend and kind. Reading takes no lock: a change swaps an immutable map.
 */
final class RegionSpace {
    private record Key(BackendSlot slot, MemoryKind kind) {}

    private volatile Map<Key, Section> sections = Map.of();

    Section section(BackendSlot slot, MemoryKind kind) {
        return sections.getOrDefault(new Key(slot, kind), Section.EMPTY);
    }

    /** All sections of a backend that are not empty, by kind. */
    List<Section> sectionsOf(BackendSlot slot) {
        List<Section> found = new ArrayList<>();
        for (MemoryKind kind : MemoryKind.values()) {
            Section section = section(slot, kind);
            if (!section.isEmpty()) {
                found.add(section);
            }
        }
        return found;
    }

    Collection<Section> all() {
        return sections.values();
    }

    synchronized void add(BackendSlot slot, Collection<Region> regions) {
        change(slot, regions, Set.of());
    }

    synchronized void remove(BackendSlot slot, Collection<Region> regions) {
        change(slot, List.of(), Set.copyOf(regions));
    }

    /** Adds and removes in one step, so that no reader sees a range missing in between. */
    synchronized void change(BackendSlot slot, Collection<Region> added, Set<Region> removed) {
        Map<Key, Section> next = new HashMap<>(sections);
        for (MemoryKind kind : MemoryKind.values()) {
            List<Region> more =
                    added.stream().filter(r -> r.range.kind() == kind).toList();
            Key key = new Key(slot, kind);
            Section before = next.getOrDefault(key, Section.EMPTY);
            Section after = removed.isEmpty() ? before : before.minus(removed);
            after = more.isEmpty() ? after : after.plus(more);
            if (after.isEmpty()) {
                next.remove(key);
            } else {
                next.put(key, after);
            }
        }
        sections = Map.copyOf(next);
    }
}
