// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.nativesupport.NativeCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A {@code ucp_worker_h}, made in {@code UCS_THREAD_MODE_SERIALIZED}: many threads may use it, one at a time, and
 * {@link Ownership} sees to that. jucx knows only a mode for one thread and one in which UCX locks each call for itself.
 */
record NativeWorker(long handle) {

    /** Makes one in a UCX context. */
    static NativeWorker create(long context) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment params = arena.allocate(UcpLayouts.ROOM, Long.BYTES);
            params.set(
                    JAVA_LONG,
                    UcpLayouts.offset(UcpLayouts.WORKER_PARAMS, "field_mask"),
                    UcpLayouts.WORKER_PARAM_FIELD_THREAD_MODE);
            params.set(
                    JAVA_INT,
                    UcpLayouts.offset(UcpLayouts.WORKER_PARAMS, "thread_mode"),
                    UcpLayouts.THREAD_MODE_SERIALIZED);
            MemorySegment answer = arena.allocate(JAVA_LONG);
            check(UcpNative.workerCreate(context, params.address(), answer.address()), "UCX makes no worker");
            return new NativeWorker(answer.get(JAVA_LONG, 0));
        }
    }

    /** What becomes readable when there is something to progress. */
    int eventFd() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(JAVA_INT);
            check(UcpNative.getEfd(handle, answer.address()), "UCX tells no event descriptor");
            return answer.get(JAVA_INT, 0);
        }
    }

    /** A copy of its {@code ucp_address_t}. */
    byte[] address() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment answer = arena.allocate(JAVA_LONG, 2);
            check(
                    UcpNative.workerGetAddress(handle, answer.address(), answer.address() + Long.BYTES),
                    "UCX tells no address");
            long address = answer.get(JAVA_LONG, 0);
            byte[] bytes = new byte[Math.toIntExact(answer.get(JAVA_LONG, Long.BYTES))];
            MemorySegment.copy(NativeCalls.memory(), JAVA_BYTE, address, bytes, 0, bytes.length);
            UcpNative.workerReleaseAddress(handle, address);
            return bytes;
        }
    }

    private static void check(byte status, String failure) {
        if (status != UcpStatus.OK) {
            throw NixlException.of(ErrorCode.BACKEND, failure)
                    .backend(UcxBackendProvider.NAME)
                    .nativeError(status, UcpNative.statusString(status))
                    .remedy("see what UCX wrote to standard error; UCX_TLS, UCX_NET_DEVICES, device_list and"
                            + " engine_config decide what it may use, and shared memory needs room in /dev/shm")
                    .build();
        }
    }

    /** Nobody uses it any more. */
    void destroy() {
        UcpNative.workerDestroy(handle);
    }
}
