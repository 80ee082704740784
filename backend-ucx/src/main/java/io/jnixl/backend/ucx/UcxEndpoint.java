// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** A {@code ucp_ep_h} from its making to its end. All but the questions is for the worker's owner. */
final class UcxEndpoint {
    private enum State {
        NEW,
        LIVE,
        CLOSING,
        CLOSED
    }

    private final UcxWorker worker;
    private final UcxLane lane;
    private final UcxOperation failure = this::onFailure;
    private final UcxOperation end = this::onEnd;
    private long handle;
    private long failureToken = -1;
    private long endToken = -1;
    private boolean noticesFailure;
    private volatile State state = State.NEW;
    private volatile byte failed;

    UcxEndpoint(UcxWorker worker, UcxLane lane) {
        this.worker = worker;
        this.lane = lane;
    }

    void create(byte[] address, boolean noticing) {
        noticesFailure = noticing;
        try (Arena arena = Arena.ofConfined()) {
            // room behind the address: UCX is not told how long it is
            MemorySegment bytes = arena.allocate(address.length + UcpLayouts.ROOM, Long.BYTES);
            MemorySegment.copy(address, 0, bytes, JAVA_BYTE, 0, address.length);
            failureToken = worker.tokens().take(failure);
            MemorySegment params = params(arena, bytes);
            MemorySegment answer = arena.allocate(JAVA_LONG);
            byte status = UcpNative.epCreate(worker.handle(), params.address(), answer.address());
            if (status != UcpStatus.OK) {
                release();
                throw NixlException.of(ErrorCode.BACKEND, "no endpoint to " + lane + " can be made")
                        .backend(UcxBackendProvider.NAME)
                        .peer(lane.peer().name())
                        .nativeError(status, UcpNative.statusString(status))
                        .remedy(
                                "fetch its metadata again if it was started anew; otherwise both sides need a transport in"
                                        + " common (UCX_TLS, device_list) and versions of UCX that understand each other, see what UCX"
                                        + " wrote to standard error")
                        .build();
            }
            handle = answer.get(JAVA_LONG, 0);
            state = State.LIVE;
        }
    }

    private MemorySegment params(Arena arena, MemorySegment address) {
        MemorySegment params = arena.allocate(UcpLayouts.ROOM, Long.BYTES);
        params.set(
                JAVA_LONG,
                UcpLayouts.offset(UcpLayouts.EP_PARAMS, "field_mask"),
                UcpLayouts.EP_PARAM_FIELD_REMOTE_ADDRESS
                        | UcpLayouts.EP_PARAM_FIELD_ERR_HANDLING_MODE
                        | UcpLayouts.EP_PARAM_FIELD_ERR_HANDLER);
        params.set(JAVA_LONG, UcpLayouts.offset(UcpLayouts.EP_PARAMS, "address"), address.address());
        params.set(
                JAVA_INT,
                UcpLayouts.offset(UcpLayouts.EP_PARAMS, "err_mode"),
                noticesFailure ? UcpLayouts.ERR_HANDLING_MODE_PEER : UcpLayouts.ERR_HANDLING_MODE_NONE);
        params.set(
                JAVA_LONG,
                UcpLayouts.offset(UcpLayouts.EP_PARAMS, "err_handler", "cb"),
                worker.upcalls().failed());
        params.set(JAVA_LONG, UcpLayouts.offset(UcpLayouts.EP_PARAMS, "err_handler", "arg"), failureToken);
        return params;
    }

    long handle() {
        return handle;
    }

    /** Whether it can be posted to. */
    boolean isUsable() {
        return state == State.LIVE && failed == UcpStatus.OK;
    }

    boolean isClosed() {
        return state == State.CLOSED || state == State.NEW;
    }

    @Nullable
    String failureText() {
        byte status = failed;
        return status == UcpStatus.OK ? null : UcpStatus.text(status);
    }

    private void onFailure(byte status) {
        boolean first = failed == UcpStatus.OK;
        failed = status == UcpStatus.OK ? UcpStatus.CONNECTION_RESET : status;
        if (first && state == State.LIVE) { // once, since the worker's list links through the lane
            lane.failed();
        }
    }

    /**
     * Whether it will be, or is being, closed because of this: only a flush tells when puts and gets are done, so an endpoint
     * whose flush fails is of no use any more, and its close alone says when memory is left alone.
     */
    boolean dropAfter(byte status) {
        if (state == State.LIVE) {
            onFailure(status);
        }
        return state == State.CLOSING || (state == State.LIVE && failed != UcpStatus.OK);
    }

    /**
     * Starts to close; false when that has begun before. Without force, what is under way comes to its end first. Force is
     * for an endpoint that has failed: on a sound one, UCX 1.13 has been seen to crash over requests that waited for room.
     */
    boolean close(boolean force) {
        if (state != State.LIVE) {
            return false;
        }
        state = State.CLOSING;
        endToken = worker.tokens().take(end);
        // UCX refuses force, and closes nothing, where failures are not noticed
        boolean byForce = force && noticesFailure;
        long params = byForce
                ? worker.params().forcedClose(endToken)
                : worker.params().told(endToken);
        long request = UcpNative.epClose(handle, params);
        if (request == 0 || UcpStatus.isError(request)) {
            onEnd((byte) request);
        }
        return true;
    }

    @SuppressWarnings("UnusedVariable") // closed is closed, however it went
    private void onEnd(byte status) {
        state = State.CLOSED;
        handle = 0;
        release();
        lane.closed();
    }

    /** UCX will call nobody any more. */
    void release() {
        worker.tokens().giveBack(failureToken);
        worker.tokens().giveBack(endToken);
    }
}
