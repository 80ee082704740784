// SPDX-License-Identifier: Apache-2.0
package io.jnixl.guice;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.spi.Availability;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.BackendTransfer;
import io.jnixl.spi.Capabilities;
import io.jnixl.spi.RegisteredMemory;
import io.jnixl.spi.SpiVersion;
import io.jnixl.spi.TransferRequest;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** A backend that counts how often it is made and closed, and moves nothing. */
@SpiVersion(SpiVersion.CURRENT)
public final class CountingProvider implements BackendProvider {
    final AtomicInteger made = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    private final String name;

    CountingProvider(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Set<MemoryKind> memoryKinds() {
        return Set.of(MemoryKind.DRAM);
    }

    @Override
    public Availability availability() {
        return Availability.available("1");
    }

    @Override
    public Backend create(BackendConfig config, BackendContext context) {
        made.incrementAndGet();
        return new Backend() {
            @Override
            public Capabilities capabilities() {
                return Capabilities.localOnly();
            }

            @Override
            public RegisteredMemory register(MemoryRegion region) {
                return () -> {};
            }

            @Override
            public BackendTransfer prepare(TransferRequest request) {
                throw new NixlException(ErrorCode.NOT_SUPPORTED, "this backend only counts");
            }

            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
    }
}
