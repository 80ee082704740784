// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.Status;
import io.jnixl.spi.Availability;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendPeer;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.Capabilities;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.SpiVersion;
import io.jnixl.spi.TransferRequest;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/**
 * A backend that moves nothing and ends every post inside the call: what remains is the agent's own cost. Not to be used for
 * anything else.
 */
@SpiVersion(SpiVersion.CURRENT)
public final class InlineBackend implements BackendProvider {
    static final String NAME = "INLINE";

    /** For the agent. */
    public InlineBackend() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Set<MemoryKind> memoryKinds() {
        return Set.of(MemoryKind.DRAM);
    }

    @Override
    public Availability availability() {
        return Availability.available("");
    }

    @Override
    public Backend create(BackendConfig config, BackendContext context) {
        return new Running();
    }

    private static final class Running implements Backend {
        @Override
        public Capabilities capabilities() {
            return Capabilities.network(1 << 16);
        }

        @Override
        public RegisteredMemory register(MemoryRegion region) {
            return () -> {};
        }

        @Override
        public BackendTransfer prepare(TransferRequest request) {
            return new Nothing();
        }

        @Override
        public byte[] connectionInfo() {
            return new byte[] {1};
        }

        @Override
        public BackendPeer loadPeer(String name, byte[] connectionInfo) {
            return new Self();
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    private static final class Self implements BackendPeer {
        @Override
        public RegionHandle load(MemoryRegion region, byte[] publicData) {
            return () -> {};
        }

        @Override
        public Status send(MemorySegment message) {
            return Status.SUCCESS;
        }

        @Override
        public void close() {
            // holds nothing
        }
    }

    /** Ends at once. */
    static final class Nothing implements BackendTransfer {
        @Override
        public Status post() {
            return Status.SUCCESS;
        }

        @Override
        public void cancel() {
            // nothing runs
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
