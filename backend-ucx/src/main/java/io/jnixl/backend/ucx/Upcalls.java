// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.nativesupport.NativeCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * The functions of ours that UCX calls, always on the thread that owns the worker and is inside a native call. What they
 * throw would end the process: it is kept, and logged when the native call is over.
 */
final class Upcalls {
    private static final System.Logger LOG = System.getLogger("io.jnixl.backend.ucx");

    /** Native NIXL's, since 0.5.1; before, what a peer greets with. */
    static final int NOTIFICATION_ID = 0;

    /** Native NIXL's up to 0.5.0. */
    static final int OLD_NOTIFICATION_ID = 1;

    /** With which a native peer up to 0.5.0 says goodbye. */
    static final int OLD_DISCONNECT_ID = 2;

    private static final FunctionDescriptor SENT = FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_BYTE, JAVA_LONG);
    private static final FunctionDescriptor FAILED = FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_BYTE);
    private static final FunctionDescriptor RECEIVED =
            FunctionDescriptor.of(JAVA_BYTE, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);

    private final UcxWorker worker;
    private final long sent;
    private final long failed;
    private final long received;
    private @Nullable Throwable thrown;

    Upcalls(UcxWorker worker, Arena arena) {
        this.worker = worker;
        this.sent = stub("onSent", SENT, arena);
        this.failed = stub("onFailed", FAILED, arena);
        this.received = stub("onReceived", RECEIVED, arena);
    }

    private long stub(String method, FunctionDescriptor descriptor, Arena arena) {
        MethodType type = descriptor.toMethodType();
        try {
            MethodHandle target = MethodHandles.lookup()
                    .findVirtual(Upcalls.class, method, type)
                    .bindTo(this);
            return NativeCalls.upcall(target, descriptor, arena).address();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A {@code ucp_send_nbx_callback_t} whose user data is a token. */
    long sent() {
        return sent;
    }

    /** A {@code ucp_err_handler_cb_t} whose argument is a token. */
    long failed() {
        return failed;
    }

    /** Has the worker hand over notifications, and what older peers send besides. */
    void listen(long workerHandle, Arena arena) {
        for (int id : new int[] {NOTIFICATION_ID, OLD_NOTIFICATION_ID, OLD_DISCONNECT_ID}) {
            listen(workerHandle, id, arena);
        }
    }

    private void listen(long workerHandle, int id, Arena arena) {
        MemoryLayout struct = UcpLayouts.AM_HANDLER_PARAM;
        MemorySegment params = arena.allocate(Math.max(UcpLayouts.ROOM, struct.byteSize()), Long.BYTES);
        params.set(
                JAVA_LONG,
                UcpLayouts.offset(UcpLayouts.AM_HANDLER_PARAM, "field_mask"),
                UcpLayouts.AM_HANDLER_PARAM_FIELD_ID
                        | UcpLayouts.AM_HANDLER_PARAM_FIELD_CB
                        | UcpLayouts.AM_HANDLER_PARAM_FIELD_ARG);
        params.set(JAVA_INT, UcpLayouts.offset(UcpLayouts.AM_HANDLER_PARAM, "id"), id);
        params.set(JAVA_LONG, UcpLayouts.offset(UcpLayouts.AM_HANDLER_PARAM, "cb"), received);
        params.set(JAVA_LONG, UcpLayouts.offset(UcpLayouts.AM_HANDLER_PARAM, "arg"), id);
        byte status = UcpNative.setAmHandler(workerHandle, params.address());
        if (status != UcpStatus.OK) {
            throw NixlException.of(ErrorCode.BACKEND, "UCX takes no handler for notifications")
                    .backend(UcxBackendProvider.NAME)
                    .nativeError(status, UcpNative.statusString(status))
                    .build();
        }
    }

    /** Tells what a call from native code could not throw; nobody who progresses is to blame for it. */
    void report() {
        Throwable t = thrown;
        if (t != null) {
            thrown = null;
            LOG.log(System.Logger.Level.ERROR, "a call from UCX failed", t);
        }
    }

    @SuppressWarnings("UnusedMethod") // called by UCX
    private void onSent(long request, byte status, long token) {
        try {
            worker.completions().asked().look(); // it may have been posted, and have ended, before this one
            UcxOperation operation = worker.tokens().find(token);
            if (operation != null) {
                operation.ended(status);
            }
        } catch (Throwable t) {
            thrown = t;
        } finally {
            UcpNative.requestFree(request);
        }
    }

    @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // called by UCX
    private void onFailed(long token, long endpoint, byte status) {
        try {
            UcxOperation operation = worker.tokens().find(token);
            if (operation != null) {
                operation.ended(status);
            }
        } catch (Throwable t) {
            thrown = t;
        }
    }

    @SuppressWarnings({"UnusedMethod", "UnusedVariable"}) // called by UCX
    private byte onReceived(long id, long header, long headerLength, long data, long length, long param) {
        try {
            worker.receiver().received((int) id, data, length, param); // the header of old peers says nothing more
        } catch (Throwable t) {
            thrown = t;
        }
        return UcpStatus.OK;
    }
}
