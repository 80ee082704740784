// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.TransferColumns;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The puts or gets of a transfer: one native call for each of its descriptors, which nothing in between waits, allocates or
 * reads a clock for. Owner of the worker only.
 *
 * <p>A call's own request is given back at once; a flush behind them tells for all.
 *
 * <p>A put of a few bytes is first tried as a leaf ({@link UcpNative#putLeaf}), which ends inside the call or does nothing:
 * it saves half the cost of the call, more than such a put takes. Where UCX has no such way to the peer's memory, the first one
 * finds out, and from there on this post tries none as long.
 */
final class UcxAccesses {
    /** As much as any libucp has been seen to put that way (1.13: at most 127, and less where queues are shallow). */
    private static final long MOST_FOR_LEAF = 256;

    private final boolean write;
    private final TransferColumns columns;
    private final UcxMemory[] local;
    private final UcxRegion[] remote;
    private final RequestParams requests;
    private final int worker;

    private long leafLimit;
    private int faultColumn = -1;
    private byte faultStatus = UcpStatus.OK;
    private @Nullable String fault;

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
        this.worker = worker.index();
    }

    /** Posts all, or those before the first that is at fault; false then. */
    boolean post(long endpoint) {
        fault = null;
        faultColumn = -1;
        faultStatus = UcpStatus.OK;
        leafLimit = write ? MOST_FOR_LEAF : -1;
        int count = columns.count();
        int next = 0;
        while (next < count && fault == null) {
            next = postRun(endpoint, next, count);
        }
        return fault == null;
    }

    /** Posts those that lie in the same two regions as the first, one after the other; answers the next one's index. */
    private int postRun(long endpoint, int first, int count) {
        int nearIndex = columns.localRegion(first);
        int farIndex = columns.remoteRegion(first);
        UcxMemory near = local[nearIndex];
        UcxRegion far = remote[farIndex];
        long key = far.key(worker);
        long params = requests.data(near.handle(), near.memoryType());
        long leaves = near.isHost() && far.isHost() ? leafLimit : -1;
        int i = first;
        do {
            long bytes = columns.length(i);
            long here = columns.localAddress(i);
            long there = columns.remoteAddress(i);
            if ((near.slack(here, bytes) | far.slack(there, bytes)) < 0) {
                fail(i, UcpStatus.INVALID_PARAM, "the descriptor leaves its region");
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
            if (request != 0 && !accept(i, request)) {
                break;
            }
            i++;
        } while (i < count && columns.localRegion(i) == nearIndex && columns.remoteRegion(i) == farIndex);
        if (leaves >= 0) {
            leafLimit = leaves;
        }
        return i;
    }

    private boolean accept(int i, long request) {
        if (UcpStatus.isError(request)) {
            fail(i, (byte) request, write ? "ucp_put_nbx failed" : "ucp_get_nbx failed");
            return false;
        }
        UcpNative.requestFree(request);
        return true;
    }

    private void fail(int column, byte status, String what) {
        faultColumn = column;
        faultStatus = status;
        fault = what;
    }

    /** What was wrong; null when nothing was. */
    @Nullable
    String fault() {
        return fault;
    }

    int faultColumn() {
        return faultColumn;
    }

    byte faultStatus() {
        return faultStatus;
    }
}
