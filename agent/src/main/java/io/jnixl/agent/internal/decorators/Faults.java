// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.decorators;

import io.jnixl.agent.internal.decorators.DecoratedTransfer.Fate;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Status;
import io.jnixl.spi.NotificationSink;
import io.jnixl.spi.TransferColumns;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lets calls go wrong as the settings say. The backend itself works, and knows nothing of it. */
final class Faults implements Interceptor {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");

    private final String backend;
    private final Fault[] faults;
    private final long delayNanos;
    private final LateEnds late;
    private final Map<Call, AtomicLong> numbers = new EnumMap<>(Call.class);
    private final AtomicLong posts = new AtomicLong();
    private final AtomicLong messages = new AtomicLong();

    /** Messages that were counted and refused by the agent: each is offered again, and not counted again. */
    private final AtomicLong refused = new AtomicLong();

    private final AtomicBoolean saidNoPeer = new AtomicBoolean();

    Faults(String backend, String agentName, List<Fault> faults, long delayNanos) {
        this.backend = backend;
        this.faults = faults.toArray(Fault[]::new);
        this.delayNanos = delayNanos;
        this.late = new LateEnds(agentName, delayNanos);
        for (Call call : Call.values()) {
            numbers.put(call, new AtomicLong());
        }
    }

    /** Counts the call; the fault that concerns it, if any does. */
    private @Nullable Fault next(Call call, AtomicLong numberOfLast) {
        long number = numberOfLast.incrementAndGet();
        for (Fault fault : faults) {
            if (fault.call() == call && fault.concerns(number)) {
                return fault;
            }
        }
        return null;
    }

    @Override
    public <T> T around(Call call, Supplier<T> inner) {
        Fault fault = next(call, Objects.requireNonNull(numbers.get(call)));
        if (fault != null && fault.what() == Fault.What.FAIL) {
            throw NixlException.of(ErrorCode.BACKEND, message(fault))
                    .backend(backend)
                    .remedy(remedy(fault))
                    .build();
        }
        if (fault != null) {
            linger();
        }
        return inner.get();
    }

    private void linger() {
        long start = System.nanoTime();
        for (long left = delayNanos; left > 0; left = delayNanos - (System.nanoTime() - start)) {
            LockSupport.parkNanos(this, left);
            if (Thread.currentThread().isInterrupted()) {
                return; // the caller is wanted elsewhere
            }
        }
    }

    private static String message(Fault fault) {
        return "injected fault " + fault.text();
    }

    private String remedy(Fault fault) {
        return "take " + fault.text() + " out of decorators." + backend + ".faults";
    }

    // ---- posts

    @Override
    public Status post(DecoratedTransfer transfer) {
        Fault fault = next(Call.POST, posts);
        transfer.fate = Fate.NONE;
        if (fault != null && !decide(transfer, fault)) {
            transfer.tell();
            return Status.IN_PROGRESS;
        }
        if (isDead(transfer)) {
            return Status.REMOTE_DISCONNECT;
        }
        Status answer = transfer.handOver();
        if (answer == Status.IN_PROGRESS || transfer.fate == Fate.NONE) {
            return answer;
        }
        transfer.complete(answer); // an end that comes later, or is another, must be told
        return Status.IN_PROGRESS;
    }

    /** Whether the post is handed over all the same. */
    private boolean decide(DecoratedTransfer transfer, Fault fault) {
        switch (fault.what()) {
            case FAIL -> transfer.becomes(Status.BACKEND, -1, message(fault), null, remedy(fault));
            case SHORT -> transfer.fate = Fate.SHORT;
            case DELAY -> transfer.fate = Fate.LATE;
            case DEAD -> die(transfer, fault);
            case LOSE -> throw new IllegalStateException(fault + " does not concern posts");
        }
        return fault.what() != Fault.What.FAIL;
    }

    private void die(DecoratedTransfer transfer, Fault fault) {
        DecoratedPeer peer = transfer.peer();
        if (peer != null) {
            peer.die(NixlException.of(ErrorCode.REMOTE_DISCONNECT, message(fault))
                    .backend(backend)
                    .remedy(remedy(fault))
                    .build());
        } else if (saidNoPeer.compareAndSet(false, true)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "decorators." + backend + ".faults: " + fault.text()
                            + " does nothing: a transfer of this backend has no peer; said once");
        }
    }

    private static boolean isDead(DecoratedTransfer transfer) {
        DecoratedPeer peer = transfer.peer();
        return peer != null && peer.isDead();
    }

    /** Posts that were in flight when their peer was declared dead end here. */
    @Override
    public void ended(DecoratedTransfer transfer) {
        if (isDead(transfer)) {
            transfer.becomes(Status.REMOTE_DISCONNECT, -1, "injected fault: the peer was declared dead", null, null);
        } else if (transfer.fate == Fate.SHORT && transfer.status() == Status.SUCCESS) {
            cutShort(transfer);
        }
        if (transfer.fate == Fate.LATE) {
            late.later(transfer::tell);
        } else {
            transfer.tell();
        }
    }

    /** As if half of the last descriptor were missing. The bytes are there; nobody may rely on it. */
    private void cutShort(DecoratedTransfer transfer) {
        TransferColumns columns = transfer.columns();
        int last = columns.count() - 1;
        long done = columns.length(last) / 2;
        String message = "injected fault: " + done + " of " + columns.length(last) + " bytes moved";
        boolean _ = transfer.fault(last, done, message, null);
        transfer.becomes(
                Status.BACKEND, last, message, null, "take the fault short out of decorators." + backend + ".faults");
    }

    // ---- notifications

    @Override
    public boolean deliver(NotificationSink sink, String from, MemorySegment memory, long offset, int length) {
        if (!isAgain() && next(Call.NOTIFICATION, messages) != null) {
            return true;
        }
        boolean taken = sink.offer(from, memory, offset, length);
        if (!taken) {
            refused.incrementAndGet();
        }
        return taken;
    }

    /** Whether this stands for one that was refused. Every number is given once, whoever of several comes again first. */
    private boolean isAgain() {
        for (long waiting = refused.get(); waiting > 0; waiting = refused.get()) {
            if (refused.compareAndSet(waiting, waiting - 1)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public Map<String, Long> counters() {
        return Map.of();
    }

    @Override
    public void close() {
        late.close();
    }
}
