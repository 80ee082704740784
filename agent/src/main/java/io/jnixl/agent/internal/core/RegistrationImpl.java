// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.DescriptorList;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Registration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A registration with all backends that took it, and the transfers that hold it open. */
class RegistrationImpl implements Registration {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");

    private final AgentImpl agent;
    private final List<MemoryRegion> regions;
    private final Map<BackendSlot, List<Region>> accepted = new LinkedHashMap<>();
    private List<Outcome> outcomes = List.of();

    /** Guarded by this, as is {@link #open}. */
    private final Set<TransferImpl> holders = new LinkedHashSet<>();

    private boolean open = true;

    /** Held while closing: who comes second returns when the backends have let go, and may then free the memory. */
    private final Object closing = new Object();

    RegistrationImpl(AgentImpl agent, List<MemoryRegion> regions) {
        this.agent = agent;
        this.regions = List.copyOf(regions);
    }

    /** Called once, before anyone else sees this. */
    void accepted(Map<BackendSlot, List<Region>> bySlot, List<Outcome> answers) {
        accepted.putAll(bySlot);
        outcomes = List.copyOf(answers);
    }

    Map<BackendSlot, List<Region>> accepted() {
        return accepted;
    }

    /** False when it is closed: the transfer must not be made then. */
    synchronized boolean hold(TransferImpl transfer) {
        if (open) {
            holders.add(transfer);
        }
        return open;
    }

    synchronized void letGo(TransferImpl transfer) {
        holders.remove(transfer);
    }

    @Override
    public List<MemoryRegion> regions() {
        return regions;
    }

    @Override
    public DescriptorList descriptors() {
        long[] devices = new long[regions.size()];
        long[] addresses = new long[regions.size()];
        long[] lengths = new long[regions.size()];
        for (int i = 0; i < devices.length; i++) {
            MemoryRegion region = regions.get(i);
            if (region.isWhole()) {
                throw new NixlException(
                        ErrorCode.NOT_SUPPORTED,
                        "region " + i + " is all of a storage object and has no length; slice it");
            }
            devices[i] = region.device();
            addresses[i] = region.address();
            lengths[i] = region.length();
        }
        return DescriptorList.of(regions.getFirst().kind(), devices, addresses, lengths);
    }

    @Override
    public List<Outcome> outcomes() {
        return outcomes;
    }

    @Override
    public synchronized List<String> holders() {
        return holders.stream().map(TransferImpl::label).toList();
    }

    @Override
    public synchronized boolean isOpen() {
        return open;
    }

    @Override
    public void close() {
        synchronized (closing) {
            synchronized (this) {
                if (!holders.isEmpty()) {
                    throw refusal();
                }
                if (!open) {
                    return;
                }
                open = false;
            }
            release();
        }
    }

    private NixlException refusal() {
        return NixlException.of(
                        ErrorCode.NOT_ALLOWED,
                        regions.getFirst() + (regions.size() > 1 ? " and " + (regions.size() - 1) + " more" : "")
                                + " cannot be closed: used by " + FirstFew.of(holders()))
                .remedy("close these transfers first")
                .build();
    }

    /** As {@link #close()} at the agent's end, when nothing may be refused; false when transfers still hold the memory. */
    boolean closeIfFree() {
        synchronized (closing) {
            synchronized (this) {
                if (!holders.isEmpty()) {
                    return false;
                }
                if (!open) {
                    return true;
                }
                open = false;
            }
            release();
            return true;
        }
    }

    private void release() {
        agent.forget(this);
        List<Region> all = new ArrayList<>();
        accepted.values().forEach(all::addAll);
        all.forEach(Region::markGone);
        for (Region region : all) {
            try {
                region.closeHandles();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, "agent " + agent.name() + ": closing " + region + " failed", e);
            }
        }
        released();
    }

    /** For what stands on the registration. */
    void released() {}

    @Override
    public String toString() {
        return "Registration of " + regions;
    }
}
