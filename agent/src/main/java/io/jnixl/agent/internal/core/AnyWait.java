// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Status;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Waits for the first of several transfers: actively for a while, then the thread leaves its name with each and parks. */
final class AnyWait {
    /** How long to sleep at most when another thread has the waiter's place of one of the transfers. */
    private static final long SHARED_PARK_NANOS = 200_000;

    private AnyWait() {}

    /** The first that is final; null when the time is over or the thread is interrupted. */
    static @Nullable TransferImpl await(TransferImpl[] transfers, Driver driver, long nanos) {
        check(transfers);
        TransferImpl ready = firstFinal(transfers);
        if (ready != null || nanos <= 0) {
            return ready;
        }
        long start = System.nanoTime();
        long patience = driver.spinNanos();
        ready = spin(transfers, start, nanos, patience);
        if (ready != null) {
            return ready;
        }
        long asleep = System.nanoTime();
        ready = park(transfers, driver, start, nanos);
        if (ready != null) {
            driver.slept(patience, System.nanoTime() - asleep);
        }
        return ready;
    }

    /** Until one is final, or nothing has happened for a while. */
    private static @Nullable TransferImpl spin(TransferImpl[] transfers, long start, long nanos, long patience) {
        if (patience == 0) {
            return null;
        }
        long quietSince = start;
        long polite = Driver.POLITE_NANOS;
        while (true) {
            boolean quiet = true;
            for (TransferImpl transfer : transfers) {
                transfer.checkDeadline();
                quiet &= !transfer.letProgress();
                if (transfer.state().visible() != Status.IN_PROGRESS) {
                    return transfer;
                }
            }
            long time = System.nanoTime();
            quietSince = quiet ? quietSince : time;
            if (time - quietSince >= patience
                    || time - start >= nanos
                    || Thread.currentThread().isInterrupted()) {
                return null;
            }
            polite = Driver.makeWay(time - quietSince, polite);
        }
    }

    private static @Nullable TransferImpl park(TransferImpl[] transfers, Driver driver, long start, long nanos) {
        Thread me = Thread.currentThread();
        boolean everywhere = true;
        for (TransferImpl transfer : transfers) {
            everywhere &= transfer.completions().enlist(me);
        }
        try {
            while (true) {
                TransferImpl ready = firstFinal(transfers);
                long left = Durations.left(start, nanos);
                if (ready != null || left <= 0 || me.isInterrupted()) {
                    return ready;
                }
                driver.rest(); // after the look, which was a poll
                LockSupport.parkNanos(transfers, everywhere ? left : Math.min(left, SHARED_PARK_NANOS));
            }
        } finally {
            for (TransferImpl transfer : transfers) {
                transfer.completions().delist(me);
            }
        }
    }

    private static void check(TransferImpl[] transfers) {
        if (transfers.length == 0) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "there is no transfer to wait for");
        }
        for (TransferImpl transfer : transfers) {
            if (transfer.state().visible() == Status.NOT_POSTED) {
                throw new NixlException(ErrorCode.NOT_POSTED, transfer.label() + " was never posted");
            }
        }
    }

    private static @Nullable TransferImpl firstFinal(TransferImpl[] transfers) {
        for (TransferImpl transfer : transfers) {
            if (transfer.poll() != Status.IN_PROGRESS) {
                return transfer;
            }
        }
        return null;
    }
}
