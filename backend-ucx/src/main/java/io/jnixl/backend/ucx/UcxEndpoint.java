// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A {@code ucp_ep_h} from its making to its end. All but the questions is for the worker's owner. */
final class UcxEndpoint {
    private enum State {
        NEW,
        LIVE,
        /** Its lane leaves it, and what is under way comes to its end. */
        PARTING,
        /** It is nobody's, and waits for a lane to the same address. */
        KEPT,
        CLOSING,
        CLOSED
    }

    private final UcxWorker worker;
    private final UcxOperation failure = this::onFailure;
    private final UcxOperation parted = this::onParted;
    private final UcxOperation end = this::onEnd;
    private @Nullable UcxLane lane;
    private byte[] address = {};
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

    void create(byte[] to, boolean noticing) {
        address = to.clone(); // it is a key later
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
                UcxPeer peer = Objects.requireNonNull(lane).peer();
                throw NixlException.of(ErrorCode.BACKEND, "no endpoint to " + peer + " can be made")
                        .backend(UcxBackendProvider.NAME)
                        .peer(peer.name())
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

    private MemorySegment params(Arena arena, MemorySegment addressBytes) {
        MemorySegment params = arena.allocate(UcpLayouts.ROOM, Long.BYTES);
        params.set(
                JAVA_LONG,
                UcpLayouts.offset(UcpLayouts.EP_PARAMS, "field_mask"),
                UcpLayouts.EP_PARAM_FIELD_REMOTE_ADDRESS
                        | UcpLayouts.EP_PARAM_FIELD_ERR_HANDLING_MODE
                        | UcpLayouts.EP_PARAM_FIELD_ERR_HANDLER);
        params.set(JAVA_LONG, UcpLayouts.offset(UcpLayouts.EP_PARAMS, "address"), addressBytes.address());
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
        if (first && state == State.LIVE && lane != null) { // once, since the worker's list links through the lane
            lane.failed();
        } else if (first && state == State.PARTING) {
            // as when it lives: only a close by force is sure to end what is under way, the parting flush too
            worker.tokens().giveBack(endToken);
            state = State.LIVE;
            Objects.requireNonNull(lane).failed();
        } else if (state == State.KEPT) {
            worker.later(() -> close(true)); // not now, inside native code
        }
    }

    /**
     * Whether it will be, or is being, closed because of this: only a flush tells when puts and gets are done, so an endpoint
     * whose flush fails is of no use any more, and its close alone says when memory is left alone.
     */
    boolean dropAfter(byte status) {
        if (state == State.LIVE || state == State.PARTING) {
            onFailure(status);
        }
        return state == State.CLOSING || (state == State.LIVE && failed != UcpStatus.OK);
    }

    /**
     * Starts to leave the lane; false when it is leaving, or gone. A sound endpoint is kept, once all that is under way has
     * ended: closing it without force would not end its connection, since UCX (1.13, at least) holds on to an endpoint to
     * which the other side has connected, with its sockets; and force would tell the other side that this one is lost.
     */
    boolean part() {
        if (state != State.LIVE || failed != UcpStatus.OK || !noticesFailure) {
            return close(failed != UcpStatus.OK);
        }
        state = State.PARTING;
        endToken = worker.tokens().take(parted);
        long request = UcpNative.epFlush(handle, worker.params().told(endToken));
        if (request == 0 || UcpStatus.isError(request)) {
            onParted((byte) request);
        }
        return true;
    }

    private void onParted(byte status) {
        if (status != UcpStatus.OK) {
            onFailure(status); // it is closed outside of native code, and then the lane hears of it
            return;
        }
        worker.tokens().giveBack(endToken);
        if (worker.isClosed()) {
            state = State.LIVE;
            worker.later(() -> close(false)); // as at the backend's end
            return;
        }
        UcxLane former = Objects.requireNonNull(lane);
        worker.keptEndpoints().add(this);
        state = State.KEPT;
        lane = null;
        former.left();
    }

    /** A lane to the same address takes it, when it was kept and is sound. */
    void adopt(UcxLane by) {
        lane = by;
        state = State.LIVE;
    }

    /** Whether it waits for a lane. */
    boolean isKept() {
        return state == State.KEPT && failed == UcpStatus.OK;
    }

    /** The address it leads to. */
    byte[] address() {
        return address;
    }

    /**
     * Starts to close; false when that has begun before. Without force, what is under way comes to its end first. Force is
     * for an endpoint that has failed, or at whose other end nobody is: on others, UCX 1.13 has been seen to crash over requests
     * that waited for room.
     */
    boolean close(boolean force) {
        if (state != State.LIVE && state != State.KEPT) {
            return false;
        }
        state = State.CLOSING;
        endToken = worker.tokens().take(end);
        // UCX refuses force, and closes nothing, where failures are not noticed
        boolean byForce = force && noticesFailure;
        if (byForce) {
            worker.finishWhatIsScheduled();
        }
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
        worker.keptEndpoints().remove(this); // if it was: the backend's end waits for those that are there
        if (lane != null) {
            lane.closed();
        }
    }

    /** UCX will call nobody any more. */
    void release() {
        worker.tokens().giveBack(failureToken);
        worker.tokens().giveBack(endToken);
    }
}
