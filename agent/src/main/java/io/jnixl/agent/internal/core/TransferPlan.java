// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.DescriptorList;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.CompletionSink;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that was decided when a transfer was made, and how its columns are filled.
 *
 * @param deadline nanoseconds; 0: none
 * @param stallTimeout nanoseconds; 0: none
 * @param selectable whether descriptors are chosen by index
 * @param options those of the caller, for the backend
 * @param standbys who may take over, best first
 */
record TransferPlan(
        String label,
        Operation operation,
        LivePeer peer,
        BackendSlot slot,
        Choice choice,
        Resolution local,
        Resolution remote,
        boolean selectable,
        boolean merging,
        boolean statistics,
        long deadline,
        long stallTimeout,
        @Nullable Callback callback,
        Map<String, String> options,
        List<Standby> standbys) {

    /** The same with another backend, after this one's has failed. */
    TransferPlan handedTo(Standby next, List<Standby> left, Choice why) {
        return new TransferPlan(
                label,
                operation,
                peer,
                next.slot(),
                why,
                next.local(),
                next.remote(),
                selectable,
                merging,
                statistics,
                deadline,
                stallTimeout,
                callback,
                options,
                left);
    }

    /**
     * Lets the backend prepare it.
     *
     * @throws NixlException when it does not
     */
    BackendTransfer prepare(TransferColumns columns, NotificationSlot notification, CompletionSink sink) {
        List<RegisteredMemory> locals = Arrays.stream(local.table)
                .map(region -> (RegisteredMemory) region.handle)
                .toList();
        List<RegionHandle> remotes =
                Arrays.stream(remote.table).map(region -> region.remoteHandle).toList();
        TransferRequest request = new TransferRequest(
                operation, columns, locals, remotes, peer.backendPeer(slot), notification, sink, options);
        try {
            return Objects.requireNonNull(slot.backend.prepare(request), "the backend answered null");
        } catch (NixlException e) {
            blame();
            throw e;
        } catch (RuntimeException | LinkageError e) {
            blame();
            throw NixlException.of(ErrorCode.BACKEND, "preparing threw " + e + ", which is a defect of the backend")
                    .backend(slot.name)
                    .cause(e)
                    .build();
        }
    }

    /** Its backend is about to be asked to prepare it, or refused before that. */
    void tried() {
        Figure figure = figure();
        if (figure != null) {
            figure.tried();
        }
    }

    /** Its backend has failed, at prepare or at a post. */
    void blame() {
        Figure figure = figure();
        if (figure != null) {
            figure.failed();
        }
    }

    /** What its posts are added to; null unless a rule chose its backend by measurement. */
    @Nullable
    Figure figure() {
        return choice.figure();
    }

    /** Whether somebody looks whether its posts take too long. */
    boolean isWatched() {
        return deadline != 0 || stallTimeout != 0;
    }

    /** Fills the columns with the pairs that the indices name; on an error the columns are empty. */
    void fill(TransferColumns columns, int[] locals, int[] remotes, int n) {
        columns.clear();
        if (n < 0 || n > locals.length || n > remotes.length || n > columns.capacity()) {
            throw badCount(columns, locals, remotes, n);
        }
        DescriptorList from = local.list;
        DescriptorList to = remote.list;
        int fromSize = from.size();
        int toSize = to.size();
        for (int i = 0; i < n; i++) {
            int l = locals[i];
            int r = remotes[i];
            if (l < 0 || l >= fromSize || r < 0 || r >= toSize) {
                columns.clear();
                throw badIndex(i, l, r);
            }
            long bytes = from.length(l);
            if (bytes != to.length(r)) {
                columns.clear();
                throw badLengths(i, l, r);
            }
            columns.add(from.address(l), local.region(l), to.address(r), remote.region(r), bytes, i, merging);
        }
    }

    /** Fills the columns with entry i of both lists, for all i. */
    void fillAll(TransferColumns columns) {
        columns.clear();
        DescriptorList from = local.list;
        DescriptorList to = remote.list;
        for (int i = 0; i < from.size(); i++) {
            long bytes = from.length(i);
            if (bytes != to.length(i)) {
                throw badLengths(i, i, i);
            }
            columns.add(from.address(i), local.region(i), to.address(i), remote.region(i), bytes, i, merging);
        }
    }

    private NixlException badCount(TransferColumns columns, int[] locals, int[] remotes, int n) {
        return new NixlException(
                ErrorCode.INVALID_PARAM,
                "n = " + n + " must be between 0 and the capacity " + columns.capacity() + " of " + label
                        + ", and not more than there are indices (" + locals.length + " local, " + remotes.length
                        + " remote)");
    }

    private NixlException badIndex(int i, int l, int r) {
        boolean localIsBad = l < 0 || l >= local.list.size();
        return NixlException.of(
                        ErrorCode.INVALID_PARAM,
                        (localIsBad ? "local index " + l : "remote index " + r) + " is not in a list of "
                                + (localIsBad ? local.list.size() : remote.list.size()))
                .descriptor(i)
                .build();
    }

    private NixlException badLengths(int i, int l, int r) {
        return NixlException.of(
                        ErrorCode.INVALID_PARAM,
                        "local entry " + l + " has " + local.list.length(l) + " bytes, remote entry " + r + " has "
                                + remote.list.length(r))
                .descriptor(i)
                .build();
    }

    int maxNotificationBytes() {
        return slot.capabilities.maxNotificationBytes();
    }

    /** What forbids a post and can have changed since the last one; null when nothing does. */
    @Nullable
    Status refusal(TransferColumns columns, FailureRecord failure) {
        if (!peer.isCurrent()) {
            return failure.refused(FailureRecord.STALE_PEER, Status.NOT_FOUND);
        }
        if (!local.isUsable() || !remote.isUsable()) {
            return failure.refused(FailureRecord.REGION_GONE, Status.NOT_FOUND);
        }
        return columns.count() == 0 ? failure.refused(FailureRecord.NOTHING_SELECTED, Status.INVALID_PARAM) : null;
    }

    /** The same for calls that answer by an exception. */
    void requireUsable(TransferColumns columns) {
        if (!peer.isCurrent()) {
            throw NixlException.of(
                            ErrorCode.NOT_FOUND,
                            label + " was made for " + peer + ", which is stale: " + peer.whyStale())
                    .peer(peer.name())
                    .remedy("load the peer's metadata and make the transfer anew")
                    .build();
        }
        if (!local.isUsable() || !remote.isUsable()) {
            throw NixlException.of(ErrorCode.NOT_FOUND, label + " cannot go on: " + describeUnusable())
                    .remedy("register the memory and make the transfer anew")
                    .build();
        }
        if (columns.count() == 0) {
            throw new NixlException(ErrorCode.INVALID_PARAM, label + " has no descriptors selected");
        }
    }

    /** Which region is gone and why, for messages. */
    String describeUnusable() {
        for (Resolution side : new Resolution[] {local, remote}) {
            for (Region region : side.table) {
                if (!region.isUsable()) {
                    return (side == local ? "local" : "remote") + " region " + region + ": " + region.whyUnusable();
                }
            }
        }
        return "a region was gone for a moment";
    }

    /** Holds every registration and the peer for the transfer; all or none. */
    void hold(TransferImpl transfer) {
        for (RegistrationImpl registration : registrations()) {
            if (!registration.hold(transfer)) {
                letGo(transfer);
                throw new NixlException(
                        ErrorCode.NOT_FOUND, "a registration was closed while " + label + " was being made");
            }
        }
        if (!peer.hold(transfer)) {
            letGo(transfer);
            throw NixlException.of(ErrorCode.NOT_FOUND, "the peer is stale: " + peer.whyStale())
                    .peer(peer.name())
                    .build();
        }
    }

    void letGo(TransferImpl transfer) {
        registrations().forEach(registration -> registration.letGo(transfer));
        peer.letGo(transfer);
    }

    /** Those of the standbys too: who takes over must find them open. */
    private Set<RegistrationImpl> registrations() {
        Set<RegistrationImpl> all = new LinkedHashSet<>();
        addOwners(local, all);
        addOwners(remote, all);
        for (Standby standby : standbys) {
            addOwners(standby.local(), all);
            addOwners(standby.remote(), all);
        }
        return all;
    }

    private static void addOwners(Resolution side, Set<RegistrationImpl> all) {
        for (Region region : side.table) {
            if (region.owner != null) {
                all.add(region.owner);
            }
        }
    }
}
