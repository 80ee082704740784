// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.TransferColumns;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The puts or gets of a transfer, as one worker posts them: one native call for each of its descriptors; in between nothing waits or
 * reads a clock, and UCX is let to work now and then. Owner of the worker only.
 *
 * <p>A call's own request is given back at once; a flush behind them tells for all. A single get needs none: its end is
 * that its bytes are here.
 *
 * <p>A put of a few bytes is first tried as a leaf ({@link UcpNative#putLeaf}), which ends inside the call or does nothing:
 * it saves half the cost of the call, more than such a put takes. Where UCX has no such way to the peer's memory, the first one
 * finds out, and from there on this post tries none as long.
 */
final class UcxAccesses {
    /** As much as any libucp has been seen to put that way (1.13: at most 127, and less where queues are shallow). */
    private static final long MOST_FOR_LEAF = 256;

    /** After so many UCX is let to work: what waits for room goes on meanwhile, and so does the peer, whose answers need room too. */
    private static final int AT_ONCE = 256;

    private static final String OUTSIDE = "the descriptor leaves its region";
    private static final String GET_FAILED = "ucp_get_nbx failed";

    private final boolean write;
    private final TransferColumns columns;
    private final UcxMemory[] local;
    private final UcxRegion[] remote;
    private final RequestParams requests;
    private final UcxWorker worker;

    private long leafLimit;

    /** How many may be posted before UCX is let to work. */
    private int left;

    UcxAccesses(
            boolean write,
            TransferColumns columns,
            List<RegisteredMemory> local,
            List<RegionHandle> remote,
            UcxWorker worker) {
        this.write = write;
        this.columns = columns;
        this.local = local.toArray(UcxMemory[]::new);
        this.remote = remote.toArray(UcxRegion[]::new);
        this.requests = worker.params();
        this.worker = worker;
    }

    /** Before the first range of a post. */
    void begin() {
        leafLimit = write ? MOST_FOR_LEAF : -1;
        left = AT_ONCE;
    }

    /**
     * Posts a range, or those before the first in it that is at fault, finds the peer gone or is spared; false then.
     *
     * @param isCut asked now and then: whether the rest is to be spared
     */
    boolean post(BooleanSupplier isCut, UcxLane lane, int from, int to, UcxFault fault) {
        long endpoint = lane.endpoint();
        int next = from;
        while (next < to && fault.isNone()) {
            if (left == 0) {
                worker.progressNatively();
                left = AT_ONCE;
                if (lane.hasFailed()) {
                    fault.set(-1, UcpStatus.CONNECTION_RESET, "the connection failed while this was being posted");
                    return false;
                }
                if (isCut.getAsBoolean()) {
                    return false;
                }
            }
            int before = next;
            next = postRun(endpoint, next, Math.min(to, next + left), fault);
            left -= next - before;
        }
        return fault.isNone();
    }

    /** Posts those that lie in the same two regions as the first, one after the other; answers the next one's index. */
    private int postRun(long endpoint, int first, int end, UcxFault fault) {
        int nearIndex = columns.localRegion(first);
        int farIndex = columns.remoteRegion(first);
        UcxMemory near = local[nearIndex];
        UcxRegion far = remote[farIndex];
        long key = far.key(worker.index());
        long params = requests.data(near.handle(), near.memoryType());
        long leaves = near.isHost() && far.isHost() ? leafLimit : -1;
        int i = first;
        do {
            long bytes = columns.length(i);
            long here = columns.localAddress(i);
            long there = columns.remoteAddress(i);
            if ((near.slack(here, bytes) | far.slack(there, bytes)) < 0) {
                fault.set(i, UcpStatus.INVALID_PARAM, OUTSIDE);
                break;
            }
            long request = UcpStatus.NO_RESOURCE;
            if (bytes <= leaves) {
                request = UcpNative.putLeaf(endpoint, here, bytes, there, key, requests.leaf());
                leaves = request == UcpStatus.NO_RESOURCE ? Math.max(0, bytes - 1) : leaves;
            }
            if (request == UcpStatus.NO_RESOURCE) {
                request = write
                        ? UcpNative.put(endpoint, here, bytes, there, key, params)
                        : UcpNative.get(endpoint, here, bytes, there, key, params);
            }
            if (request != 0 && !accept(i, request, fault)) {
                break;
            }
            i++;
        } while (i < end && columns.localRegion(i) == nearIndex && columns.remoteRegion(i) == farIndex);
        if (leaves >= 0) {
            leafLimit = leaves;
        }
        return i;
    }

    /**
     * Gets what the first descriptor says.
     *
     * @param asks whether the request is to be asked for the end, if that comes later
     * @param token of the operation that is told the end otherwise
     * @return the request; 0 when it is over: the bytes are there, or there is a fault
     */
    long getFirst(UcxLane lane, boolean asks, long token, UcxFault fault) {
        UcxMemory near = local[columns.localRegion(0)];
        UcxRegion far = remote[columns.remoteRegion(0)];
        long bytes = columns.length(0);
        long here = columns.localAddress(0);
        long there = columns.remoteAddress(0);
        if ((near.slack(here, bytes) | far.slack(there, bytes)) < 0) {
            fault.set(0, UcpStatus.INVALID_PARAM, OUTSIDE);
            return 0;
        }
        long params = asks
                ? requests.data(near.handle(), near.memoryType())
                : requests.data(near.handle(), near.memoryType(), token);
        long request = UcpNative.get(lane.endpoint(), here, bytes, there, far.key(worker.index()), params);
        if (UcpStatus.isError(request)) {
            fault.set(0, (byte) request, GET_FAILED);
            return 0;
        }
        return request;
    }

    private boolean accept(int i, long request, UcxFault fault) {
        if (UcpStatus.isError(request)) {
            fault.set(i, (byte) request, write ? "ucp_put_nbx failed" : GET_FAILED);
            return false;
        }
        UcpNative.requestFree(request);
        return true;
    }
}
