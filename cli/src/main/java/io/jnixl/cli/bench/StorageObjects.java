// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Registration;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.cli.run.Pattern;
import io.jnixl.cli.run.RunFailure;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Objects as the far side. They are filled and compared by transfers of the same backend, since there is no other way to them
 * that would do for every store; and they stay, since a backend removes nothing.
 */
final class StorageObjects implements Far, AutoCloseable {
    private final Agent agent;
    private final Area area;
    private final List<String> keys;
    private final Duration timeout;
    private final List<Registration> registrations = new ArrayList<>();

    /** As long as an object, for what goes to and comes from it outside of what is measured. */
    private final Allocation scratch;

    private StorageObjects(Agent agent, Area area, List<String> keys, Duration timeout) {
        this.agent = agent;
        this.area = area;
        this.keys = List.copyOf(keys);
        this.timeout = timeout;
        scratch = agent.allocate(area.segmentBytes());
    }

    /** Registers them; their devices are their places in the list. */
    static StorageObjects open(Agent agent, Area area, List<String> keys, Duration timeout) {
        StorageObjects objects = new StorageObjects(agent, area, keys, timeout);
        try {
            for (int i = 0; i < keys.size(); i++) {
                byte[] key = keys.get(i).getBytes(StandardCharsets.UTF_8);
                objects.registrations.add(agent.register(MemoryRegion.storage(MemoryKind.OBJ, i, 0, 0, key)));
            }
            return objects;
        } catch (RuntimeException e) {
            objects.close();
            throw e;
        }
    }

    @Override
    public Area area() {
        return area;
    }

    @Override
    public Peer peer() {
        return agent.self();
    }

    @Override
    public String description() {
        return keys.size() == 1
                ? "object " + keys.getFirst()
                : String.format(Locale.ROOT, "%d objects, the first of them %s", keys.size(), keys.getFirst());
    }

    @Override
    public DescriptorList blocks(Placement placement, int first) {
        return placement.inStorage(MemoryKind.OBJ, first, segment -> segment);
    }

    /** An object that was not there cannot be read. */
    @Override
    public void begin(long seed) {
        fill(seed);
    }

    @Override
    public void fill(long seed) {
        for (int i = 0; i < keys.size(); i++) {
            Pattern.fill(scratch.segment(), seed, i * area.segmentBytes());
            move(Operation.WRITE, i);
        }
    }

    @Override
    public @Nullable String compare(Check check) {
        Placement places = Placement.of(check.shape(), area, check.locations(), check.places());
        long wrong =
                new Content(area, this::read).firstWrong(places, places, check.slots(), check.seed(), check.around());
        return wrong < 0
                ? null
                : "wrong from byte " + wrong % area.segmentBytes() + " of object "
                        + keys.get((int) (wrong / area.segmentBytes()));
    }

    /** Good until the next one is read. */
    private MemorySegment read(int object) {
        move(Operation.READ, object);
        return scratch.segment();
    }

    private void move(Operation operation, int object) {
        DescriptorList all =
                DescriptorList.of(MemoryKind.OBJ, object, new long[] {0}, new long[] {area.segmentBytes()});
        try (Transfer transfer = agent.transfer(operation, DescriptorList.of(scratch.segment()), agent.self(), all)
                .prepare()) {
            Status status = transfer.post();
            if (status == Status.IN_PROGRESS) {
                status = transfer.await(timeout);
            }
            if (status != Status.SUCCESS) {
                throw RunFailure.error(operation + " of the whole object " + keys.get(object) + " outside of what is"
                        + " measured: " + transfer.failure());
            }
        }
    }

    @Override
    public @Nullable String count(long notifications) {
        throw new IllegalStateException("objects hear no notifications");
    }

    @Override
    public void alive() {
        // there is nobody to tell
    }

    @Override
    public void finish() {
        // there is nobody to tell
    }

    @Override
    public void close() {
        registrations.forEach(Registration::close);
        registrations.clear();
        scratch.close();
    }
}
