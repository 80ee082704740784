// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.api.TransferBuilder;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Collects the parts of a transfer, then decides everything that a post should not have to. */
final class TransferBuilderImpl implements TransferBuilder {
    private static final AtomicLong NUMBERS = new AtomicLong();

    private final AgentImpl agent;
    private final Operation operation;
    private final PreparedImpl local;
    private final PreparedImpl remote;

    /** Whether the caller prepared the lists, and may thus choose by index. */
    private final boolean selectable;

    private @Nullable String label;
    private byte @Nullable [] message;
    private boolean notifies;
    private int capacity = -1;
    private int @Nullable [] firstLocal;
    private int @Nullable [] firstRemote;
    private int firstCount;
    private @Nullable Duration deadline;
    private @Nullable Duration stallTimeout;
    private List<String> hints = List.of();
    private boolean statistics;
    private boolean merging = true;
    private final Map<String, String> options = new LinkedHashMap<>();
    private @Nullable Callback callback;

    TransferBuilderImpl(
            AgentImpl agent, Operation operation, PreparedImpl local, PreparedImpl remote, boolean selectable) {
        this.agent = agent;
        this.operation = Objects.requireNonNull(operation, "operation");
        this.local = local;
        this.remote = remote;
        this.selectable = selectable;
    }

    @Override
    public TransferBuilder label(String name) {
        label = Objects.requireNonNull(name, "label");
        return this;
    }

    @Override
    public TransferBuilder notifying(String notification) {
        return notifying(notification.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public TransferBuilder notifying(byte[] notification) {
        message = notification.clone();
        return withNotifications();
    }

    @Override
    public TransferBuilder withNotifications() {
        notifies = true;
        return this;
    }

    @Override
    public TransferBuilder capacity(int pairs) {
        if (pairs <= 0) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "capacity " + pairs + " must be positive");
        }
        capacity = pairs;
        return this;
    }

    @Override
    public TransferBuilder select(int[] locals, int[] remotes, int n) {
        firstLocal = locals.clone();
        firstRemote = remotes.clone();
        firstCount = n;
        return this;
    }

    @Override
    public TransferBuilder deadline(Duration span) {
        if (span.isNegative()) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "deadline " + span + " must not be negative");
        }
        deadline = span;
        return this;
    }

    @Override
    public TransferBuilder stallTimeout(Duration span) {
        if (span.isNegative()) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "stall timeout " + span + " must not be negative");
        }
        stallTimeout = span;
        return this;
    }

    @Override
    public TransferBuilder backends(String... names) {
        hints = List.of(names);
        return this;
    }

    @Override
    public TransferBuilder statistics(boolean on) {
        statistics = on;
        return this;
    }

    @Override
    public TransferBuilder merging(boolean on) {
        merging = on;
        return this;
    }

    @Override
    public TransferBuilder option(String name, String value) {
        options.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
        return this;
    }

    @Override
    public TransferBuilder onComplete(BiConsumer<? super Transfer, Status> code) {
        callback = new Callback(Objects.requireNonNull(code, "callback"));
        return this;
    }

    // ---- the decisions

    @Override
    public Transfer prepare() {
        agent.checkOpen();
        checkSides();
        checkCounts();
        Choice choice = agent.selector().choose(operation, local, remote, hints, notifies);
        BackendSlot slot = choice.slot();
        if (slot == null) {
            throw noBackend(choice);
        }
        TransferPlan plan = new TransferPlan(
                label != null ? label : "transfer-" + NUMBERS.incrementAndGet(),
                operation,
                Objects.requireNonNull(remote.livePeer()),
                slot,
                choice,
                usable(local, slot),
                usable(remote, slot),
                selectable,
                merging,
                statistics,
                deadline != null ? Durations.nanos(deadline) : agent.defaultDeadlineNanos(),
                stallTimeout != null ? Durations.nanos(stallTimeout) : agent.defaultStallNanos(),
                callback);
        return make(plan);
    }

    private void checkSides() {
        LivePeer peer = remote.livePeer();
        if (local.livePeer() != null || peer == null) {
            throw new NixlException(
                    ErrorCode.INVALID_PARAM,
                    local.livePeer() != null
                            ? "the local side was prepared for peer "
                                    + local.livePeer().name()
                            : "the remote side was prepared without a peer");
        }
        if (local.isClosed() || remote.isClosed()) {
            throw new NixlException(
                    ErrorCode.INVALID_PARAM,
                    "the " + (local.isClosed() ? "local" : "remote") + " prepared list is closed");
        }
        if (!peer.isCurrent()) {
            throw NixlException.of(
                            ErrorCode.NOT_FOUND,
                            "the remote list was prepared for epoch " + peer.epoch() + ", which is stale: "
                                    + peer.whyStale() + agent.nowKnownAs(peer.name()))
                    .peer(peer.name())
                    .remedy("prepare it again for the peer as it is now")
                    .build();
        }
    }

    private void checkCounts() {
        boolean pairwise = capacity < 0 && firstLocal == null;
        int locals = local.list().size();
        int remotes = remote.list().size();
        if (locals == 0 || remotes == 0) {
            throw new NixlException(
                    ErrorCode.INVALID_PARAM,
                    "the " + (locals == 0 ? "local" : "remote") + " list is empty: nothing would move");
        }
        if (pairwise && locals != remotes) {
            throw new NixlException(
                    ErrorCode.INVALID_PARAM, "the local list has " + locals + " entries, the remote one " + remotes);
        }
    }

    private NixlException noBackend(Choice choice) {
        LivePeer peer = Objects.requireNonNull(remote.livePeer());
        boolean onlyNotification = notifies
                && agent.selector()
                                .choose(operation, local, remote, hints, false)
                                .slot()
                        != null;
        return NixlException.of(
                        onlyNotification ? ErrorCode.BACKEND : ErrorCode.NOT_FOUND,
                        "no backend can do this " + operation + " from " + local.list() + " to " + remote.list() + ": "
                                + choice.describe())
                .peer(peer.name())
                .build();
    }

    private Resolution usable(PreparedImpl side, BackendSlot slot) {
        Resolution resolution = Objects.requireNonNull(side.resolution(slot));
        if (!resolution.isUsable()) {
            throw NixlException.of(
                            ErrorCode.NOT_FOUND,
                            "the " + (side == local ? "local" : "remote")
                                    + " list stands on a registration that is closed or replaced, or whose arena is closed")
                    .backend(slot.name)
                    .remedy("register and prepare again")
                    .build();
        }
        return resolution;
    }

    private Transfer make(TransferPlan plan) {
        TransferColumns columns = new TransferColumns(room());
        NotificationSlot notification = new NotificationSlot(agent.slab());
        TransferImpl transfer = new TransferImpl(agent, plan, columns, notification);
        plan.hold(transfer);
        try {
            firstSelection(transfer);
            firstMessage(plan, notification);
            transfer.prepared(askBackend(plan.slot(), request(plan, columns, notification, transfer)));
        } catch (RuntimeException | Error e) {
            transfer.abort();
            throw e;
        }
        agent.made(transfer);
        return transfer;
    }

    /** Pairs to make room for; a count that cannot be is refused later, with words. */
    private int room() {
        if (capacity > 0) {
            return capacity;
        }
        return firstLocal != null
                ? Math.clamp(firstCount, 1, Math.max(1, firstLocal.length))
                : local.list().size();
    }

    private static BackendTransfer askBackend(BackendSlot slot, TransferRequest request) {
        try {
            return Objects.requireNonNull(slot.backend.prepare(request), "the backend answered null");
        } catch (NixlException e) {
            throw e;
        } catch (RuntimeException e) {
            throw NixlException.of(ErrorCode.BACKEND, "preparing threw " + e + ", which is a defect of the backend")
                    .backend(slot.name)
                    .cause(e)
                    .build();
        }
    }

    private void firstSelection(TransferImpl transfer) {
        if (!selectable && capacity > 0) {
            throw choosesFromPlainLists();
        }
        if (firstLocal != null && firstRemote != null) {
            if (!selectable) {
                throw choosesFromPlainLists();
            }
            transfer.select(firstLocal, firstRemote, firstCount);
        } else if (capacity < 0) {
            transfer.selectAll();
        }
    }

    private static NixlException choosesFromPlainLists() {
        return NixlException.of(ErrorCode.NOT_ALLOWED, "plain lists are paired entry by entry")
                .remedy("prepare both lists to choose from them by index")
                .build();
    }

    private void firstMessage(TransferPlan plan, NotificationSlot notification) {
        if (message == null) {
            return;
        }
        int most = plan.slot().capabilities.maxNotificationBytes();
        if (message.length > most) {
            throw NixlException.of(
                            ErrorCode.INVALID_PARAM,
                            "the notification has " + message.length + " bytes, more than the " + most
                                    + " that the backend sends")
                    .backend(plan.slot().name)
                    .build();
        }
        notification.set(message, 0, message.length);
    }

    private TransferRequest request(
            TransferPlan plan, TransferColumns columns, NotificationSlot notification, TransferImpl transfer) {
        List<RegisteredMemory> locals = Arrays.stream(plan.local().table)
                .map(region -> (RegisteredMemory) region.handle)
                .toList();
        List<RegionHandle> remotes = Arrays.stream(plan.remote().table)
                .map(region -> region.remoteHandle)
                .toList();
        return new TransferRequest(
                operation,
                columns,
                locals,
                remotes,
                plan.peer().backendPeer(plan.slot()),
                notification,
                transfer,
                options);
    }
}
