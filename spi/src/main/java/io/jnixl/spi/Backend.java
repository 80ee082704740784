// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryInfo;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import java.lang.foreign.Arena;
import java.util.Map;
import java.util.Optional;

/**
 * A running backend of one agent. Thread-safe but for {@link #close()}.
 *
 * @since 0.1
 */
public interface Backend extends AutoCloseable {

    /** What it can do; the same answer at every call. */
    Capabilities capabilities();

    /**
     * The kinds that its provider names and that cannot be registered here after all, each with the reason and what to do; the
     * same answer at every call. For what shows only when the backend runs, such as what its library was built for. Memory of a
     * peer may be of such a kind all the same.
     */
    default Map<MemoryKind, Availability.Unavailable> missingKinds() {
        return Map.of();
    }

    /**
     * Accepts local memory, or refuses it. The agent has checked kind and liveness, and closes the answer before the
     * memory goes.
     *
     * @throws NixlException with the reason of a refusal
     */
    RegisteredMemory register(MemoryRegion region);

    /**
     * Allocates host memory that this backend moves faster than any other, such as shared memory that peers can map; it is
     * page-aligned, zeroed and registered.
     *
     * @param bytes positive
     * @param arena a shared arena that the memory belongs to: its close, after that of the registration, frees the memory
     * @return empty when ordinary memory is as good
     * @throws NixlException when it should be able to and cannot, for instance for want of memory; the agent then takes
     *     ordinary memory
     */
    default Optional<AllocatedMemory> allocate(long bytes, Arena arena) {
        return Optional.empty();
    }

    /**
     * Looks whether storage is there, without registering it; for kinds that this backend takes. May block. Native NIXL's
     * {@code queryMem}.
     *
     * @param region named as for {@link #register}; for files also by a plain path
     * @return empty when it does not exist
     * @throws NixlException with {@link ErrorCode#NOT_SUPPORTED} when this backend cannot say (the agent then asks the next),
     *     {@link ErrorCode#BACKEND} when it could not find out
     */
    default Optional<MemoryInfo> query(MemoryRegion region) {
        throw new NixlException(ErrorCode.NOT_SUPPORTED, "this backend answers no questions about storage");
    }

    /**
     * The handle by which the agent's own memory is the far side of a transfer. Closed before {@code memory} unless it is
     * the same object.
     */
    default RegionHandle loopback(RegisteredMemory memory) {
        return memory;
    }

    /**
     * Whether it moves bytes this way between these kinds, all of which it takes. The agent asks before it chooses, so that a
     * storage backend, say, does not stand in the way of transfers between memories.
     */
    default boolean moves(Operation operation, MemoryKind local, MemoryKind remote) {
        return true;
    }

    /**
     * Prepares a transfer; nothing moves. What the request holds may change between posts (columns, count, notification),
     * and is stable during one.
     *
     * @throws NixlException when this backend cannot do it
     */
    BackendTransfer prepare(TransferRequest request);

    /**
     * For remote-capable backends: what a peer needs to connect, such as a worker's address. The same bytes at every call,
     * not empty, not changed by anyone.
     */
    default byte[] connectionInfo() {
        throw new NixlException(ErrorCode.NOT_SUPPORTED, "this backend does not reach other agents");
    }

    /**
     * For remote-capable backends: takes a peer's connection information; with the agent's own name and information, for
     * transfers within the agent. It came from outside: check before native code sees it.
     *
     * @throws NixlException with {@link ErrorCode#BACKEND} when it cannot be used
     */
    default BackendPeer loadPeer(String name, byte[] connectionInfo) {
        throw new NixlException(ErrorCode.NOT_SUPPORTED, "this backend does not reach other agents");
    }

    /**
     * Lets the backend work for a moment on whatever is there, such as messages that come in. A platform thread that waits
     * for a notification calls it again and again, until nothing has happened for as long as its {@link ProgressPolicy} says,
     * so that what it waits for needs no other thread to wake up. Cheap; returns at once; runs with no lock held, since the ends of
     * transfers may be told meanwhile. May come late, even while {@link #close()} runs or has run, and does nothing then.
     * A backend whose own threads are as quick needs none of it.
     *
     * @return whether anything happened: then the caller's time to wait actively starts again
     */
    default boolean progress() {
        return false;
    }

    /**
     * Says that a thread which called {@link #progress()}, or {@link BackendTransfer#poll()}, goes to sleep: from here on
     * the backend's own threads must notice what happens. Cheap; may come late, as {@link #progress()} may.
     */
    default void rest() {}

    /**
     * What it tells of itself to people and monitoring. May wait shortly; counting must cost the posts nothing. The agent
     * counts posts, bytes and failures itself.
     */
    default BackendDetails details() {
        return BackendDetails.NONE;
    }

    /**
     * Ends the backend and its threads. Transfers, peers and registrations are closed already; what is left is reported to
     * its completion sink as {@link io.jnixl.api.Status#CANCELED}. When it returns, all of that has happened, and nothing touches
     * the agent's memory any more.
     */
    @Override
    void close();
}
