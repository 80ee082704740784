// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.api.Agent;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.Peer;
import io.jnixl.api.Subscription;
import io.jnixl.cli.run.Endpoint;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The buffer of a second agent in this process, for backends that reach no other. */
final class LocalMemory implements Far, AutoCloseable {
    private final Endpoint target;
    private final Peer peer;
    private final Area area;
    private final Content content;
    private final Arrivals arrivals;
    private final Subscription subscription;
    private final Duration timeout;

    LocalMemory(Endpoint target, Agent initiator, Area area, Duration timeout) {
        this.target = target;
        this.area = area;
        this.timeout = timeout;
        peer = initiator.loadPeer(target.metadata());
        content = new Content(area, _ -> target.memory().asSlice(0, area.bytes()));
        arrivals = new Arrivals(initiator.name(), _ -> {});
        subscription = target.agent().onNotification(arrivals);
    }

    @Override
    public Area area() {
        return area;
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public String description() {
        return "memory of another agent in this process";
    }

    @Override
    public DescriptorList blocks(Placement placement, int first) {
        MemoryRegion start = target.region();
        return RemoteMemory.memory(placement, first, start.kind(), start.device(), start.address());
    }

    @Override
    public void begin(long seed) {
        fill(seed);
    }

    @Override
    public void fill(long seed) {
        content.fill(seed);
        target.store();
    }

    @Override
    public @Nullable String compare(Check check) {
        Placement places = Placement.of(check.shape(), area, check.locations(), check.places());
        target.fetch();
        long wrong = content.firstWrong(places, places, check.slots(), check.seed(), check.around());
        return wrong < 0 ? null : "wrong from byte " + wrong;
    }

    @Override
    public @Nullable String count(long notifications) {
        long came = arrivals.await(notifications, timeout);
        return came == notifications ? null : came + " notifications instead of " + notifications;
    }

    @Override
    public void alive() {
        // both sides are this one
    }

    @Override
    public void finish() {
        // both sides are this one
    }

    @Override
    public void close() {
        subscription.close();
    }
}
