// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.api.Allocation;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.FileOption;
import io.jnixl.api.FileRegion;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Registration;
import io.jnixl.spi.AllocatedMemory;
import io.jnixl.spi.Availability;
import io.jnixl.spi.PathMode;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.RegisteredMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The agent's registrations: who took what, and where it is found again. */
final class Memory {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");
    private static final long PAGE = 4096;

    /** Above any file descriptor, so that path mode and descriptors never share a number. */
    private static final long FIRST_FILE_DEVICE = 1L << 32;

    /** Someone who is not the caller: memory that this thread cannot touch, a backend's cannot either. */
    private static final Thread SOMEONE_ELSE = Thread.ofPlatform().unstarted(() -> {});

    private final AgentImpl agent;
    private final List<BackendSlot> slots;
    private final RegionSpace space = new RegionSpace();
    private final Set<RegistrationImpl> registrations = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private final AtomicBoolean toldOfOrdinary = new AtomicBoolean();
    private final AtomicLong nextFileDevice = new AtomicLong(FIRST_FILE_DEVICE);

    Memory(AgentImpl agent, List<BackendSlot> slots) {
        this.agent = agent;
        this.slots = slots;
    }

    RegionSpace space() {
        return space;
    }

    int count() {
        return registrations.size();
    }

    @SuppressWarnings("MustBeClosedChecker") // the allocation owns the arena and closes it
    Allocation allocate(long bytes, long alignment) {
        if (bytes <= 0) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "an allocation needs a positive length, not " + bytes);
        }
        if (alignment <= 0 || Long.bitCount(alignment) != 1) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "an alignment is a power of two, not " + alignment);
        }
        Arena arena = Arena.ofShared();
        try {
            Given given = alignment > PAGE ? null : allocateByBackend(bytes, arena);
            MemorySegment segment =
                    given == null ? arena.allocate(bytes, Math.max(alignment, PAGE)) : given.memory.segment();
            RegistrationImpl registration = new RegistrationImpl(agent, List.of(MemoryRegion.of(segment)));
            enter(registration, slots, given);
            return new AllocationImpl(arena, segment, registration);
        } catch (OutOfMemoryError e) {
            arena.close();
            throw NixlException.of(ErrorCode.BACKEND, "the system has no " + bytes + " bytes to give")
                    .cause(e)
                    .build();
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /** Memory that a backend allocated and so has registered already. */
    private record Given(BackendSlot slot, AllocatedMemory memory) {}

    /** The first backend that has memory of its own gives it; null when ordinary memory is as good, or all there is. */
    private @Nullable Given allocateByBackend(long bytes, Arena arena) {
        for (BackendSlot slot : slots) {
            try {
                Optional<AllocatedMemory> memory = slot.backend.allocate(bytes, arena);
                if (memory.isPresent()) {
                    return new Given(slot, memory.get());
                }
            } catch (NixlException e) {
                sayOnce(slot, bytes, e);
            }
        }
        return null;
    }

    private void sayOnce(BackendSlot slot, long bytes, NixlException e) {
        if (toldOfOrdinary.compareAndSet(false, true)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "agent {0}: {1} could not allocate {2} bytes, ordinary memory is taken; later ones are not told: {3}",
                    agent.name(),
                    slot,
                    Long.toString(bytes), // without separators
                    e.toString());
        }
    }

    FileRegion open(Path path, Set<FileOption> options) {
        PathMode mode = new PathMode(path.toAbsolutePath(), options);
        FileRegionImpl file = new FileRegionImpl(agent, mode, nextFileDevice.getAndIncrement());
        enter(file, slots, null);
        return file;
    }

    Registration register(List<MemoryRegion> given, List<BackendSlot> candidates) {
        List<MemoryRegion> regions = List.copyOf(given); // checked and used must be the same
        check(regions);
        RegistrationImpl registration = new RegistrationImpl(agent, regions);
        enter(registration, candidates, null);
        return registration;
    }

    // ---- arguments

    private static void check(List<MemoryRegion> regions) {
        if (regions.isEmpty()) {
            throw new NixlException(ErrorCode.INVALID_PARAM, "there is no region to register");
        }
        MemoryKind kind = regions.getFirst().kind();
        for (int i = 0; i < regions.size(); i++) {
            MemoryRegion region = regions.get(i);
            if (region.kind() != kind) {
                throw NixlException.of(
                                ErrorCode.INVALID_PARAM,
                                "one registration holds one kind: region 0 is " + kind + ", region " + i + " is "
                                        + region.kind())
                        .descriptor(i)
                        .build();
            }
            if (region.segment() != null) {
                checkSegment(region, region.segment(), i);
            }
        }
    }

    private static void checkSegment(MemoryRegion region, MemorySegment segment, int i) {
        if (!segment.isNative()) {
            throw refused(i, "it lies on the Java heap, which moves", "take Arena.ofShared, or Agent.allocate");
        }
        if (segment.address() != region.address() || segment.byteSize() != region.length()) {
            throw refused(
                    i,
                    "it says " + region + " and its segment has " + segment.byteSize() + " B at 0x"
                            + Long.toHexString(segment.address()),
                    "take MemoryRegion.of");
        }
        if (!segment.scope().isAlive()) {
            throw refused(i, "its arena is closed", "register before closing, close after deregistering");
        }
        if (!segment.isAccessibleBy(SOMEONE_ELSE)) {
            throw refused(
                    i,
                    "it belongs to a confined arena, and other threads and the kernel will touch it",
                    "take Arena.ofShared, or Agent.allocate");
        }
        if (segment.isReadOnly()) {
            throw refused(
                    i, "it is read-only, and a peer or a READ could write to it", "register the writable segment");
        }
    }

    private static NixlException refused(int i, String why, String remedy) {
        return NixlException.of(ErrorCode.INVALID_PARAM, "region " + i + " cannot be registered: " + why)
                .descriptor(i)
                .remedy(remedy)
                .build();
    }

    // ---- asking the backends

    private void enter(RegistrationImpl registration, List<BackendSlot> candidates, @Nullable Given given) {
        List<MemoryRegion> regions = registration.regions();
        MemoryKind kind = regions.getFirst().kind();
        List<BackendSlot> willing =
                candidates.stream().filter(s -> s.kinds.contains(kind)).toList();
        if (willing.isEmpty()) {
            throw NixlException.of(
                            ErrorCode.NOT_FOUND, "no backend takes " + kind + "; asked " + describe(candidates, kind))
                    .remedy(remedy(candidates, kind))
                    .build();
        }
        Map<BackendSlot, List<Region>> accepted = new LinkedHashMap<>();
        List<Registration.Outcome> outcomes = new ArrayList<>();
        List<NixlException> refusals = new ArrayList<>();
        for (BackendSlot slot : willing) {
            try {
                accepted.put(slot, registerAll(slot, registration, given));
                outcomes.add(new Registration.Outcome(slot.name, true, ""));
            } catch (NixlException e) {
                refusals.add(e);
                outcomes.add(new Registration.Outcome(slot.name, false, String.valueOf(e.getMessage())));
            }
        }
        if (accepted.isEmpty()) {
            throw allRefused(regions, refusals);
        }
        registration.accepted(accepted, outcomes);
        accepted.forEach(space::add);
        registrations.add(registration);
        if (closed) {
            var _ = registration.closeIfFree(); // the agent was closed meanwhile and may have missed it
            agent.checkOpen();
        }
    }

    private static String describe(List<BackendSlot> slots, MemoryKind kind) {
        StringBuilder text = new StringBuilder();
        for (BackendSlot slot : slots) {
            Availability.Unavailable why = slot.missing.get(kind);
            text.append(text.isEmpty() ? "" : ", ").append(slot).append(' ').append(slot.kinds);
            text.append(why == null ? "" : " (" + why.reason() + ")");
        }
        return text.isEmpty() ? "nobody" : text.toString();
    }

    private static String remedy(List<BackendSlot> slots, MemoryKind kind) {
        return slots.stream()
                        .filter(s -> s.missing.containsKey(kind))
                        .map(s -> "for " + s + ", " + s.missing.get(kind).remedy() + "; ")
                        .collect(Collectors.joining())
                + "Agent.backends() lists what was found and why some do not run";
    }

    /** All regions or none. */
    private static List<Region> registerAll(BackendSlot slot, RegistrationImpl registration, @Nullable Given given) {
        List<Region> done = new ArrayList<>();
        try {
            for (MemoryRegion range : registration.regions()) {
                RegisteredMemory memory =
                        given != null && given.slot == slot ? given.memory.memory() : slot.backend.register(range);
                done.add(enterOne(slot, range, memory, registration));
            }
            return done;
        } catch (NixlException e) {
            undo(slot, done);
            throw e;
        } catch (RuntimeException e) {
            undo(slot, done);
            throw NixlException.of(ErrorCode.BACKEND, "the backend threw " + e + ", which is a defect of the backend")
                    .backend(slot.name)
                    .descriptor(done.size())
                    .cause(e)
                    .build();
        }
    }

    private static Region enterOne(
            BackendSlot slot, MemoryRegion range, RegisteredMemory memory, RegistrationImpl owner) {
        try {
            RegionHandle loopback = slot.capabilities.local() ? slot.backend.loopback(memory) : memory;
            return Region.local(range, memory, loopback, owner);
        } catch (RuntimeException e) {
            memory.close();
            throw e;
        }
    }

    private static void undo(BackendSlot slot, List<Region> done) {
        for (Region region : done.reversed()) {
            try {
                region.closeHandles();
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.WARNING, slot + ": undoing the registration of " + region + " failed", e);
            }
        }
    }

    private static NixlException allRefused(List<MemoryRegion> regions, List<NixlException> refusals) {
        NixlException first = refusals.getFirst();
        if (refusals.size() == 1) {
            return first;
        }
        StringBuilder reasons = new StringBuilder();
        refusals.forEach(e -> reasons.append(reasons.isEmpty() ? "" : "; ").append(e.getMessage()));
        NixlException all = NixlException.of(
                        ErrorCode.BACKEND, "every backend refused " + regions.getFirst() + ": " + reasons)
                .cause(first)
                .build();
        refusals.forEach(all::addSuppressed);
        return all;
    }

    // ---- the end

    void forget(RegistrationImpl registration) {
        registration.accepted().forEach(space::remove);
        registrations.remove(registration);
    }

    /** One's own open registrations. */
    List<RegistrationImpl> own(List<Registration> some) {
        List<RegistrationImpl> own = new ArrayList<>(some.size());
        for (Registration registration : some) {
            if (!(registration instanceof RegistrationImpl impl) || !registrations.contains(impl)) {
                throw new NixlException(
                        ErrorCode.NOT_FOUND,
                        registration + " is " + (registration.isOpen() ? "not this agent's" : "closed"));
            }
            own.add(impl);
        }
        return own;
    }

    void close() {
        closed = true;
        for (RegistrationImpl registration : registrations) {
            if (!registration.closeIfFree()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "agent {0}: {1} is left open, used by {2}",
                        agent.name(),
                        registration,
                        FirstFew.of(registration.holders()));
            }
        }
    }
}
