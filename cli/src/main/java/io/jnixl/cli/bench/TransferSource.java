// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.api.Agent;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Prepared;
import io.jnixl.api.Registration;
import io.jnixl.api.Transfer;
import io.jnixl.api.TransferBuilder;
import org.jspecify.annotations.Nullable;

/** Makes the transfers of one slot. A block is a descriptor, also where two happen to be neighbours. */
final class TransferSource implements Slot.Source {
    private final Agent agent;
    private final Peer peer;
    private final Operation operation;
    private final DescriptorList local;
    private final DescriptorList far;
    private final boolean notifying;
    private final @Nullable MemoryRegion registering;
    private final @Nullable Prepared preparedLocal;
    private final @Nullable Prepared preparedFar;
    private @Nullable Registration registration;

    /**
     * The transfers of a slot.
     *
     * @param registering memory to be registered anew each time
     */
    TransferSource(
            Agent agent,
            Peer peer,
            DescriptorList local,
            DescriptorList far,
            SweepOptions options,
            @Nullable MemoryRegion registering) {
        this.agent = agent;
        this.peer = peer;
        this.operation = options.operation;
        this.local = local;
        this.far = far;
        this.notifying = options.notifying;
        this.registering = registering;
        preparedLocal = options.prepared ? agent.prepare(local) : null;
        preparedFar = options.prepared ? agent.prepare(peer, far) : null;
    }

    @Override
    public Transfer make() {
        if (registering != null) {
            closeRegistration();
            registration = agent.register(registering);
        }
        TransferBuilder builder = preparedLocal != null && preparedFar != null
                ? agent.transfer(operation, preparedLocal, preparedFar)
                : agent.transfer(operation, local, peer, far);
        return (notifying ? builder.withNotifications() : builder)
                .merging(false)
                .prepare();
    }

    private void closeRegistration() {
        if (registration != null) {
            registration.close();
            registration = null;
        }
    }

    @Override
    public void close() {
        closeRegistration();
        if (preparedLocal != null) {
            preparedLocal.close();
        }
        if (preparedFar != null) {
            preparedFar.close();
        }
    }
}
