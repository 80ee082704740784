// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.Status;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;

/** A toy's thread, its queue, and the transfers whose messages found no room. */
final class ToyWorker {
    private final ToyBackend owner;
    private final Queue<ToyTransfer> queue;
    private final List<ToyTransfer> held = new ArrayList<>();
    /** Posted, and waiting for a caller's poll. */
    private final Queue<ToyTransfer> parked = new ArrayDeque<>(1024);

    private Thread thread;
    private volatile ToyTransfer running;
    private boolean closed;

    ToyWorker(ToyBackend owner, int room) {
        this.owner = owner;
        this.queue = new ArrayDeque<>(room);
    }

    void start(String name) {
        thread = Thread.ofPlatform().daemon().name(name).start(this::work);
    }

    boolean isOwnThread() {
        return Thread.currentThread() == thread;
    }

    synchronized boolean submit(ToyTransfer transfer) {
        if (closed) {
            return false;
        }
        queue.add(transfer);
        notifyAll();
        return true;
    }

    synchronized boolean park(ToyTransfer transfer) {
        return !closed && parked.add(transfer);
    }

    synchronized void unpark(ToyTransfer transfer) {
        if (parked.remove(transfer)) {
            submit(transfer);
        }
    }

    private synchronized ToyTransfer take() {
        while (queue.isEmpty() && !closed) {
            try {
                wait(held.isEmpty() ? 0 : 1);
            } catch (InterruptedException e) {
                return null;
            }
            if (!held.isEmpty()) {
                break;
            }
        }
        running = queue.poll();
        return running;
    }

    private synchronized boolean isDone() {
        return closed && queue.isEmpty();
    }

    private void work() {
        while (!isDone()) {
            ToyTransfer transfer = take();
            if (transfer != null && owner.flaw == Flaw.THREAD_DIES) {
                return;
            }
            if (transfer != null) {
                run(transfer);
            }
            retry();
        }
        if (owner.flaw == Flaw.CLOSE_LEAVES_A_THREAD) {
            Thread.ofPlatform().daemon().name("toy-left").start(() -> {
                try {
                    Thread.currentThread().join(5_000);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        held.forEach(t -> tell(t, Status.CANCELED));
        parked.forEach(t -> tell(t, Status.CANCELED));
    }

    private void run(ToyTransfer transfer) {
        running = transfer;
        while (owner.flaw == Flaw.THREAD_HANGS) {
            LockSupport.park();
        }
        Status status = transfer.move();
        running = null;
        if (status != Status.SUCCESS || !transfer.hasMessage()) {
            tell(transfer, status);
        } else if (!held.isEmpty() && owner.flaw != Flaw.OVERTAKES) {
            held.add(transfer);
        } else {
            deliver(transfer);
        }
    }

    private void deliver(ToyTransfer transfer) {
        Status status = transfer.notifyTarget();
        if (status == Status.NOT_ALLOWED && owner.flaw != Flaw.DROPS_WHEN_FULL) {
            held.add(transfer);
        } else {
            tell(transfer, status == Status.NOT_ALLOWED ? Status.SUCCESS : status);
        }
    }

    private void retry() {
        while (!held.isEmpty() && owner.flaw != Flaw.GIVES_UP_WHEN_FULL) {
            ToyTransfer first = held.getFirst();
            Status status = first.notifyTarget();
            if (status == Status.NOT_ALLOWED && !first.mustStop()) {
                return;
            }
            held.removeFirst();
            tell(first, status == Status.NOT_ALLOWED ? Status.CANCELED : status);
        }
    }

    private void tell(ToyTransfer transfer, Status status) {
        if (owner.flaw == Flaw.TELLS_WITH_A_LOCK) {
            synchronized (this) {
                transfer.tell(status);
            }
        } else {
            transfer.tell(status);
        }
    }

    private synchronized boolean isWaitedFor() {
        return !queue.isEmpty();
    }

    void close() {
        while (owner.flaw == Flaw.WRITES_AFTER_CLOSE && isWaitedFor()) {
            Thread.onSpinWait(); // what has not begun would be left alone by the flaw
        }
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        ToyTransfer left = running;
        if (owner.flaw == Flaw.WRITES_AFTER_CLOSE && left != null) {
            left.tell(Status.CANCELED);
        }
        if (owner.flaw != Flaw.WRITES_AFTER_CLOSE && owner.flaw != Flaw.CLOSE_DOES_NOT_WAIT) {
            join();
        }
    }

    private void join() {
        boolean interrupted = false;
        while (thread.isAlive() && thread != Thread.currentThread()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
