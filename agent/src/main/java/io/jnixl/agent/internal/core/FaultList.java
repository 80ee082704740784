// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.DescriptorFault;
import io.jnixl.spi.CompletionSink;
import io.jnixl.spi.TransferColumns;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The descriptors of the last post that did not move whole. Nothing is kept while nothing fails. Thread-safe. */
final class FaultList {
    private final TransferPlan plan;
    private final Aim aim;

    /** By column; null while there is none. */
    private @Nullable TreeMap<Integer, Kept> kept;

    private volatile long count;

    FaultList(TransferPlan plan, Aim aim) {
        this.plan = plan;
        this.aim = aim;
    }

    private record Kept(long bytesDone, DescriptorFault fault) {}

    void clear() {
        if (count != 0) {
            synchronized (this) {
                kept = null;
                count = 0;
            }
        }
    }

    /** Takes a fault, if there is such a column; whether there is room for more. */
    boolean add(int column, long bytesDone, String message, @Nullable String nativeError) {
        return aim.hasColumn(column) && put(column, bytesDone, message, nativeError);
    }

    private synchronized boolean put(int column, long bytesDone, String message, @Nullable String nativeError) {
        TreeMap<Integer, Kept> all = kept == null ? new TreeMap<>() : kept;
        kept = all;
        Kept former = all.get(column);
        if (former == null) {
            count++;
        }
        if (former == null ? all.size() < CompletionSink.MAX_FAULTS : bytesDone < former.bytesDone) {
            DescriptorFault fault = locate(column, bytesDone, message, nativeError);
            all.put(column, new Kept(bytesDone, fault));
        }
        return all.size() < CompletionSink.MAX_FAULTS;
    }

    /** Finds the first descriptor of a merged column that is not whole. */
    private DescriptorFault locate(int column, long bytesDone, String message, @Nullable String nativeError) {
        TransferColumns columns = aim.columns;
        int first = columns.callerIndex(column);
        int end = column + 1 < columns.count() ? columns.callerIndex(column + 1) : aim.count();
        long left = bytesDone;
        if (end - first > 1) {
            while (first < end - 1 && lengthOf(first) >= 0 && left >= lengthOf(first)) {
                left -= lengthOf(first);
                first++;
            }
            left = lengthOf(first) < 0 ? 0 : left; // of unknown lengths: how far the first came is not known
        }
        return new DescriptorFault(first, end - first, offset(column) + bytesDone, left, message, nativeError);
    }

    /** Bytes of a descriptor of the post; -1 when only the selection would tell, which is not kept. */
    private long lengthOf(int descriptor) {
        if (aim.isInOrder()) {
            return plan.local().list.length(descriptor);
        }
        return plan.local().list.isStrided() ? plan.local().list.length(0) : -1;
    }

    private long offset(int column) {
        boolean localStorage = plan.local().list.kind().isStorage();
        return localStorage ? aim.columns.localAddress(column) : aim.columns.remoteAddress(column);
    }

    /** The descriptor that a column's failure begins at, or the column's first; -1 for none. */
    synchronized int descriptor(int column) {
        if (!aim.hasColumn(column)) {
            return -1;
        }
        Kept one = kept == null ? null : kept.get(column);
        return one == null ? aim.columns.callerIndex(column) : one.fault.descriptor();
    }

    synchronized List<DescriptorFault> list() {
        return kept == null
                ? List.of()
                : kept.values().stream().map(Kept::fault).toList();
    }

    long count() {
        return count;
    }
}
