// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.agent.internal.discovery.Found;
import io.jnixl.agent.internal.plugins.ContextLoader;
import io.jnixl.api.DeviceAllocation;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Registration;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.DeviceMemory;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Memory of GPUs for one agent, by whichever provider knows how; asked when first needed. */
final class Devices {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");

    private final List<BackendProvider> providers;

    private Devices(List<BackendProvider> providers) {
        this.providers = List.copyOf(providers);
    }

    static Devices of(List<Found> found) {
        return new Devices(found.stream()
                .filter(f -> f instanceof Found.Usable)
                .map(f -> ((Found.Usable) f).provider())
                .toList());
    }

    DeviceAllocation allocate(
            MemoryKind kind, long device, long bytes, Function<MemoryRegion, Registration> registering) {
        requireVram(kind);
        if (bytes <= 0) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "an allocation needs a positive length, not " + bytes);
        }
        DeviceMemory devices = devices();
        DeviceMemory.Block block = devices.allocate(device, bytes);
        try {
            MemoryRegion region = MemoryRegion.raw(kind, device, block.address(), bytes);
            return new DeviceAllocationImpl(devices, block, region, registering.apply(region));
        } catch (RuntimeException | Error e) {
            free(block, e);
            throw e;
        }
    }

    private static void free(DeviceMemory.Block block, Throwable why) {
        try {
            block.close();
        } catch (NixlException e) {
            why.addSuppressed(e);
        }
    }

    void copy(MemorySegment from, MemoryRegion to) {
        check(from, to);
        devices().copy(from, to.device(), to.address());
    }

    void copy(MemoryRegion from, MemorySegment to) {
        check(to, from);
        requireWritable(to);
        devices().copy(from.device(), from.address(), to);
    }

    private static void check(MemorySegment host, MemoryRegion range) {
        requireVram(range.kind());
        requireNative(host);
        if (host.byteSize() != range.length()) {
            throw new NixlException(
                    ErrorCode.INVALID_PARAM, host.byteSize() + " bytes of host memory are not as long as " + range);
        }
    }

    static void requireNative(MemorySegment host) {
        if (!host.isNative()) {
            throw NixlException.of(
                            ErrorCode.INVALID_PARAM, "memory of the Java heap cannot be copied to a GPU or from it")
                    .remedy("take native memory: Agent.allocate, or an Arena")
                    .build();
        }
    }

    /** The driver writes by the address alone, whatever the segment allows. */
    static void requireWritable(MemorySegment host) {
        if (host.isReadOnly()) {
            throw NixlException.of(
                            ErrorCode.INVALID_PARAM,
                            "host memory that is read-only cannot take what a GPU's memory holds")
                    .remedy("take the writable segment")
                    .build();
        }
    }

    private static void requireVram(MemoryKind kind) {
        if (kind != MemoryKind.VRAM) {
            throw NixlException.of(ErrorCode.INVALID_PARAM, kind + " is not memory of a GPU, which is VRAM")
                    .remedy("for host memory take Agent.allocate(bytes)")
                    .build();
        }
    }

    private DeviceMemory devices() {
        return providers.stream()
                .flatMap(Devices::ask)
                .findFirst()
                .orElseThrow(() -> NixlException.of(
                                ErrorCode.NOT_SUPPORTED, "no module here allocates and copies memory of GPUs")
                        .remedy("add the jar jnixl-backend-gds")
                        .build());
    }

    /** One broken provider must not stand in the way of the others. */
    private static Stream<DeviceMemory> ask(BackendProvider provider) {
        try (ContextLoader _ = ContextLoader.of(provider.getClass())) {
            return provider.deviceMemory().stream();
        } catch (RuntimeException | LinkageError e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "asking " + provider.getClass().getName() + " for its memory of devices failed, a defect of it",
                    e);
            return Stream.empty();
        }
    }
}
