// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A mark in a {@link GpuStream}: it has come when all is done that the stream was given before. Thread-safe, but close it last. */
final class GpuEvent implements AutoCloseable {
    private final GpuStream stream;
    private final long handle;

    private GpuEvent(GpuStream stream, long handle) {
        this.stream = stream;
        this.handle = handle;
    }

    static GpuEvent record(GpuStream stream) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment pointer = arena.allocate(JAVA_LONG);
            stream.run(
                    () -> CudaNative.eventCreate(pointer, CudaNative.EVENT_DISABLE_TIMING),
                    "there is no event for " + stream);
            GpuEvent event = new GpuEvent(stream, pointer.get(JAVA_LONG, 0));
            try {
                stream.run(() -> CudaNative.eventRecord(event.handle, stream.handle()), event + " cannot be recorded");
            } catch (RuntimeException | Error e) {
                event.close();
                throw e;
            }
            return event;
        }
    }

    /** Whether it has come; does not block. */
    boolean hasCome() {
        int result = (int) stream.within(() -> CudaNative.eventQuery(handle));
        if (result == CudaNative.ERROR_NOT_READY) {
            return false;
        }
        GpuMemory.require(result, this + " cannot be looked at");
        return true;
    }

    /** Blocks until it has come. */
    void await() {
        stream.run(() -> CudaNative.eventSynchronize(handle), this + " cannot be waited for");
    }

    /** Does not wait for it. */
    @Override
    public void close() {
        stream.run(() -> CudaNative.eventDestroy(handle), this + " cannot be destroyed");
    }

    @Override
    public String toString() {
        return "event 0x" + Long.toHexString(handle) + " of " + stream;
    }
}
