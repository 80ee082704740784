// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import com.google.protobuf.ByteString;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What this agent has published. Changed by one call at a time. */
final class Publication {
    private static final System.Logger LOG = System.getLogger("io.jnixl.metadata.etcd");

    /** A renewal holds up publications. */
    private static final Duration LONGEST_RENEWAL = Duration.ofSeconds(2);

    private final String agent;
    private final Store store;
    private final Leases leases;
    private final Duration leaseTtl;
    private final ReentrantLock lock = new ReentrantLock();

    /** What to publish anew should the lease be lost. Guarded by the lock. */
    private final Map<String, ByteString> values = new HashMap<>();

    /** Guarded by the lock. */
    private boolean announced;

    /** 0: none. Guarded by the lock. */
    private long lease;

    private volatile @Nullable Thread keeper;

    /**
     * Nothing yet.
     *
     * @param leaseTtl zero: no lease
     */
    Publication(String agent, Store store, Leases leases, Duration leaseTtl) {
        this.agent = agent;
        this.store = store;
        this.leases = leases;
        this.leaseTtl = leaseTtl;
    }

    void put(String label, ByteString value, Deadline deadline) {
        lock(deadline);
        try {
            if (!announced) {
                // What a former incarnation has left: whoever watches it learns that it is gone.
                store.delete(agent, deadline);
                lease = leaseTtl.isZero() ? 0 : leases.grant(leaseTtl, deadline);
            }
            store.put(agent, label, value, lease, !announced, deadline);
            announced = true;
            if (lease != 0) {
                values.put(label, value);
                keepAlive();
            }
        } finally {
            lock.unlock();
        }
    }

    void withdraw(Deadline deadline) {
        lock(deadline);
        try {
            stopKeeping();
            store.delete(agent, deadline);
            announced = false;
            values.clear();
            if (lease != 0) {
                revoke(deadline);
            }
        } finally {
            lock.unlock();
        }
    }

    private void lock(Deadline deadline) {
        try {
            if (!lock.tryLock(deadline.left(), TimeUnit.NANOSECONDS)) {
                throw NixlException.of(ErrorCode.TIMED_OUT, "another publication to etcd is still under way")
                        .remedy("see that etcd answers, and exchanges.etcd.endpoints")
                        .build();
            }
        } catch (InterruptedException e) {
            throw Deadline.interrupted();
        }
    }

    /** The keys are gone already, and the lease will be: failing helps nobody. */
    private void revoke(Deadline deadline) {
        try {
            leases.revoke(lease, deadline);
        } catch (NixlException e) {
            LOG.log(System.Logger.Level.DEBUG, "a lease of agent " + agent + " is left to expire", e);
        }
        lease = 0;
    }

    // ---- the lease

    private void keepAlive() {
        if (keeper == null) {
            Thread thread = Thread.ofVirtual().name("jnixl-etcd-lease-" + agent).unstarted(this::keep);
            keeper = thread; // before it looks whether it is the one
            thread.start();
        }
    }

    private void stopKeeping() {
        Thread thread = keeper;
        keeper = null;
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void keep() {
        Duration pause = leaseTtl.dividedBy(3);
        Thread self = Thread.currentThread();
        boolean failing = false;
        while (self.equals(keeper)) {
            try {
                Deadline.in(pause).pause(pause);
                renew(Deadline.in(pause.compareTo(LONGEST_RENEWAL) < 0 ? pause : LONGEST_RENEWAL));
                if (failing) {
                    LOG.log(System.Logger.Level.INFO, "agent {0}: its lease in etcd is renewed again", agent);
                }
                failing = false;
            } catch (RuntimeException e) {
                if (e instanceof NixlException known && known.code() == ErrorCode.CANCELED) {
                    return;
                }
                // once for an outage, however long it is
                LOG.log(
                        failing ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
                        "agent " + agent + ": its lease in etcd cannot be renewed",
                        e);
                failing = true;
            }
        }
    }

    private void renew(Deadline deadline) {
        lock(deadline);
        try {
            if (lease == 0 || leases.renew(lease, deadline)) {
                return;
            }
            long next = leases.grant(leaseTtl, deadline);
            for (Map.Entry<String, ByteString> entry : values.entrySet()) {
                store.put(agent, entry.getKey(), entry.getValue(), next, true, deadline);
            }
            lease = next; // not before: should a put fail, the next renewal begins anew
            LOG.log(
                    System.Logger.Level.WARNING,
                    "agent " + agent + ": its lease in etcd was over, for want of an answer in time; published anew");
        } finally {
            lock.unlock();
        }
    }

    /** Withdraws nothing. */
    void close() {
        stopKeeping();
    }
}
