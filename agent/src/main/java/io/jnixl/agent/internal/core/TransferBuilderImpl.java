// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.agent.internal.config.SelectionRule;
import io.jnixl.agent.internal.config.SelectionWhen;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.api.TransferBuilder;
import io.jnixl.spi.TransferColumns;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Collects the parts of a transfer, then decides everything that a post should not have to. */
final class TransferBuilderImpl implements TransferBuilder {
    private static final AtomicLong NUMBERS = new AtomicLong();

    /** Of transfers that tell what a choice would cost. */
    private static final Choice NOT_CHOSEN_YET = new Choice(
            new Way("cost", SelectionWhen.ALWAYS, List.of(), List.of(), SelectionRule.By.ORDER, false), List.of());

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
        this.statistics = agent.defaultStatistics();
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
        SideChecks.check(local, remote, capacity < 0 && firstLocal == null);
        String name = label != null ? label : "transfer-" + NUMBERS.incrementAndGet();
        TransferPlan plan = plan(name, choose());
        while (true) {
            plan.tried();
            NixlException refusal = objection(plan);
            if (refusal == null) {
                TransferImpl transfer = begin(plan);
                refusal = askBackend(transfer);
                if (refusal == null) {
                    agent.made(transfer);
                    return transfer;
                }
            }
            plan = successor(plan, refusal);
        }
    }

    /** What forbids to ask the backend at all; null when nothing does. */
    private @Nullable NixlException objection(TransferPlan plan) {
        if (!plan.local().isUsable() || !plan.remote().isUsable()) {
            return NixlException.of(
                            ErrorCode.NOT_FOUND,
                            "the " + (plan.local().isUsable() ? "remote" : "local")
                                    + " list stands on a registration that is closed or replaced, or whose arena is closed")
                    .backend(plan.slot().name)
                    .remedy("register and prepare again")
                    .build();
        }
        int most = plan.maxNotificationBytes();
        if (message == null || message.length <= most) {
            return null;
        }
        return NixlException.of(
                        ErrorCode.INVALID_PARAM,
                        "the notification has " + message.length + " bytes, more than the " + most
                                + " that the backend sends")
                .backend(plan.slot().name)
                .build();
    }

    /** What the backend has against it; null when it is prepared. */
    private static @Nullable NixlException askBackend(TransferImpl transfer) {
        try {
            transfer.prepare();
            return null;
        } catch (NixlException e) {
            transfer.abort();
            return e;
        } catch (Error e) {
            transfer.abort();
            throw e;
        }
    }

    /** The plan with the backend that takes over, or the refusal where none does. */
    private TransferPlan successor(TransferPlan refused, NixlException refusal) {
        if (!refused.choice().way().failover()) {
            throw refusal;
        }
        String why = Failover.atPrepare(refusal);
        Choice next = refused.choice().next(why);
        if (next.slot() == null) {
            throw allRefused(next, refusal);
        }
        TransferPlan successor = plan(refused.label(), next);
        agent.tellFailover(refused, successor, why);
        return successor;
    }

    private NixlException allRefused(Choice choice, NixlException last) {
        NixlException.Builder error = NixlException.of(
                        last.code(),
                        "no backend prepares this " + operation + " from " + local.list() + " to " + remote.list()
                                + ", by " + choice.way().name() + ": " + choice.describe())
                .peer(Objects.requireNonNull(remote.livePeer()).name())
                .cause(last);
        String remedy = last.remedy();
        return (remedy == null ? error : error.remedy(remedy)).build();
    }

    /** Chooses a backend, if there is one, and makes nothing. */
    Choice choose() {
        return choose(notifies);
    }

    private Choice choose(boolean notifying) {
        LivePeer peer = Objects.requireNonNull(remote.livePeer());
        ListDemand demand = new ListDemand(operation, local, remote, peer, amount(), notifying, this::cost);
        return agent.selector().choose(demand, hints);
    }

    private Amount amount() {
        if (firstLocal != null) {
            return Amount.ofSelection(local.list(), firstLocal, firstCount);
        }
        return capacity > 0 ? Amount.ofRoom(local.list(), capacity) : Amount.ofAll(local.list());
    }

    private TransferPlan plan(String name, Choice choice) {
        BackendSlot slot = choice.slot();
        if (slot == null) {
            throw noBackend(choice);
        }
        return plan(name, choice, slot, choice.way().failover() ? standbys(choice) : List.of());
    }

    private TransferPlan plan(String name, Choice choice, BackendSlot slot, List<Standby> standbys) {
        return new TransferPlan(
                name,
                operation,
                Objects.requireNonNull(remote.livePeer()),
                slot,
                choice,
                Objects.requireNonNull(local.resolution(slot)),
                Objects.requireNonNull(remote.resolution(slot)),
                selectable,
                merging,
                statistics,
                deadline != null ? Durations.nanos(deadline) : agent.defaultDeadlineNanos(),
                stallTimeout != null ? Durations.nanos(stallTimeout) : agent.defaultStallNanos(),
                callback,
                Map.copyOf(options),
                standbys);
    }

    private List<Standby> standbys(Choice choice) {
        List<Standby> standbys = new ArrayList<>();
        for (BackendSlot slot : choice.standbys()) {
            Resolution from = local.resolution(slot);
            Resolution to = remote.resolution(slot);
            if (from != null && to != null && from.isUsable() && to.isUsable()) {
                standbys.add(new Standby(slot, from, to));
            }
        }
        return List.copyOf(standbys);
    }

    // ---- what it would cost

    /** By a transfer that is made for that alone. */
    private Cost cost(BackendSlot slot) {
        if (firstLocal == null
                && capacity < 0
                && local.list().size() != remote.list().size()) {
            return Cost.unknown("the lists do not have the same number of entries");
        }
        TransferPlan plan = plan("a question of cost", NOT_CHOSEN_YET, slot, List.of());
        NixlException objection = objection(plan);
        if (objection != null) {
            return Cost.unknown(String.valueOf(objection.getMessage()));
        }
        try (TransferImpl probe = begin(plan)) {
            if (probe.selected() == 0) {
                selectFirst(probe);
            }
            probe.prepare();
            return Cost.of(probe.estimateCost());
        } catch (NixlException e) {
            return Cost.unknown(String.valueOf(e.getMessage()));
        } catch (RuntimeException | LinkageError e) {
            return Cost.unknown("it threw " + e + ", which is a defect of the backend");
        }
    }

    /** As many pairs as there is room for, the first ones: what will be selected is not known. */
    private void selectFirst(TransferImpl probe) {
        int n = Math.min(room(), Math.min(local.list().size(), remote.list().size()));
        int[] indices = IntStream.range(0, n).toArray();
        probe.select(indices, indices, n);
    }

    // ---- refusals

    private NixlException noBackend(Choice choice) {
        LivePeer peer = Objects.requireNonNull(remote.livePeer());
        boolean onlyNotification = notifies && choose(false).slot() != null;
        return NixlException.of(
                        onlyNotification ? ErrorCode.BACKEND : ErrorCode.NOT_FOUND,
                        "no backend can do this " + operation + " from " + local.list() + " to " + remote.list()
                                + ", by " + choice.way().name() + ": " + choice.describe())
                .peer(peer.name())
                .build();
    }

    /** A transfer that its backend has not seen yet, with what is selected first. */
    private TransferImpl begin(TransferPlan plan) {
        TransferColumns columns = new TransferColumns(room());
        NotificationSlot notification = new NotificationSlot(agent.slab());
        TransferImpl transfer = new TransferImpl(agent, plan, columns, notification);
        plan.hold(transfer);
        try {
            firstSelection(transfer);
            if (message != null) {
                notification.set(message, 0, message.length);
            }
        } catch (RuntimeException | Error e) {
            transfer.abort();
            throw e;
        }
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
}
