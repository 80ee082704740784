// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.nativesupport.NativeCalls;
import io.jnixl.nativesupport.NativeLibrary;
import io.jnixl.nativesupport.NativeLibrary.Found;
import io.jnixl.nativesupport.NativeLibrary.Missing;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * The functions of libucp, one method each; the header {@code ucp/api/ucp.h} documents them. Pointers are longs: a segment
 * costs more on the way. A {@code ucs_status_t} is one byte. Initialised only after {@link UcxProbe} has found the library.
 *
 * <p>What progresses a worker, or may start a request, can call back into Java or wait, so it is a plain call. Critical calls,
 * during which the JVM cannot stop the thread and no call may come back, are three: {@link #putLeaf}, {@link #checkStatus} and
 * {@link #requestFree}.
 */
final class UcpNative {
    private static final Found LIBRARY = open(UcxProbe.SONAME);

    private static final MethodHandle CONFIG_READ = status("ucp_config_read", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CONFIG_MODIFY = status("ucp_config_modify", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CONFIG_RELEASE = nothing("ucp_config_release", JAVA_LONG);
    private static final MethodHandle WORKER_CREATE = status("ucp_worker_create", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle WORKER_DESTROY = nothing("ucp_worker_destroy", JAVA_LONG);
    private static final MethodHandle GET_ADDRESS = status("ucp_worker_get_address", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle RELEASE_ADDRESS = nothing("ucp_worker_release_address", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle PROGRESS =
            LIBRARY.function("ucp_worker_progress", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
    private static final MethodHandle ARM = status("ucp_worker_arm", JAVA_LONG);
    private static final MethodHandle SIGNAL = status("ucp_worker_signal", JAVA_LONG);
    private static final MethodHandle GET_EFD = status("ucp_worker_get_efd", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle SET_AM_HANDLER = status("ucp_worker_set_am_recv_handler", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle EP_CREATE = status("ucp_ep_create", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle EP_CLOSE = request("ucp_ep_close_nbx", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle EP_FLUSH = request("ucp_ep_flush_nbx", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle WORKER_FLUSH = request("ucp_worker_flush_nbx", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle CHECK_STATUS = LIBRARY.function(
            "ucp_request_check_status", FunctionDescriptor.of(JAVA_BYTE, JAVA_LONG), Linker.Option.critical(false));
    private static final MethodHandle EP_EVALUATE_PERF =
            status("ucp_ep_evaluate_perf", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle EP_PRINT_INFO = nothing("ucp_ep_print_info", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle RKEY_UNPACK = status("ucp_ep_rkey_unpack", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle RKEY_DESTROY = nothing("ucp_rkey_destroy", JAVA_LONG);
    private static final MethodHandle RKEY_PACK = status("ucp_rkey_pack", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle RKEY_RELEASE = nothing("ucp_rkey_buffer_release", JAVA_LONG);
    private static final MethodHandle MEM_MAP = status("ucp_mem_map", JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle MEM_QUERY = status("ucp_mem_query", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle MEM_UNMAP = status("ucp_mem_unmap", JAVA_LONG, JAVA_LONG);
    private static final MethodHandle PUT =
            request("ucp_put_nbx", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle PUT_LEAF = LIBRARY.function(
            "ucp_put_nbx",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.critical(false));
    private static final MethodHandle GET =
            request("ucp_get_nbx", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle AM_SEND =
            request("ucp_am_send_nbx", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle REQUEST_FREE =
            LIBRARY.function("ucp_request_free", FunctionDescriptor.ofVoid(JAVA_LONG), Linker.Option.critical(false));
    private static final MethodHandle STATUS_STRING =
            LIBRARY.function("ucs_status_string", FunctionDescriptor.of(ADDRESS, JAVA_BYTE));

    private UcpNative() {}

    private static Found open(String soname) {
        return switch (NativeLibrary.open(soname, UcxProbe.SYMBOLS, UcxProbe.ENVIRONMENT)) {
            case Found found -> found;
            case Missing missing -> throw new IllegalStateException(missing.reason(), missing.cause());
        };
    }

    /** The file that was loaded. */
    static String path() {
        return LIBRARY.path();
    }

    /** A function that not every libucp has. */
    static Optional<MethodHandle> optional(String name, FunctionDescriptor descriptor) {
        return symbol(name) == 0 ? Optional.empty() : Optional.of(LIBRARY.function(name, descriptor));
    }

    /** Where something is that not every libucp has, or 0. */
    static long symbol(String name) {
        return LIBRARY.lookup().find(name).map(MemorySegment::address).orElse(0L);
    }

    private static MethodHandle status(String name, MemoryLayout... arguments) {
        return LIBRARY.function(name, FunctionDescriptor.of(JAVA_BYTE, arguments));
    }

    private static MethodHandle request(String name, MemoryLayout... arguments) {
        return LIBRARY.function(name, FunctionDescriptor.of(JAVA_LONG, arguments));
    }

    private static MethodHandle nothing(String name, MemoryLayout... arguments) {
        return LIBRARY.function(name, FunctionDescriptor.ofVoid(arguments));
    }

    static byte configRead(long prefix, long file, long configAddress) {
        try {
            return (byte) CONFIG_READ.invokeExact(prefix, file, configAddress);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static byte configModify(long config, long name, long value) {
        try {
            return (byte) CONFIG_MODIFY.invokeExact(config, name, value);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static void configRelease(long config) {
        try {
            CONFIG_RELEASE.invokeExact(config);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static byte workerCreate(long context, long params, long workerAddress) {
        try {
            return (byte) WORKER_CREATE.invokeExact(context, params, workerAddress);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static void workerDestroy(long worker) {
        try {
            WORKER_DESTROY.invokeExact(worker);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static byte workerGetAddress(long worker, long addressAddress, long lengthAddress) {
        try {
            return (byte) GET_ADDRESS.invokeExact(worker, addressAddress, lengthAddress);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static void workerReleaseAddress(long worker, long address) {
        try {
            RELEASE_ADDRESS.invokeExact(worker, address);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static int progress(long worker) {
        try {
            return (int) PROGRESS.invokeExact(worker);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static byte arm(long worker) {
        try {
            return (byte) ARM.invokeExact(worker);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static byte signal(long worker) {
        try {
            return (byte) SIGNAL.invokeExact(worker);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static byte getEfd(long worker, long fdAddress) {
        try {
            return (byte) GET_EFD.invokeExact(worker, fdAddress);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static byte setAmHandler(long worker, long params) {
        try {
            return (byte) SET_AM_HANDLER.invokeExact(worker, params);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static byte epCreate(long worker, long params, long epAddress) {
        try {
            return (byte) EP_CREATE.invokeExact(worker, params, epAddress);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static long epClose(long ep, long params) {
        try {
            return (long) EP_CLOSE.invokeExact(ep, params);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static long workerFlush(long worker, long params) {
        try {
            return (long) WORKER_FLUSH.invokeExact(worker, params);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Whether a request has ended, and how; it reads what it says. */
    static byte checkStatus(long request) {
        try {
            return (byte) CHECK_STATUS.invokeExact(request);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static long epFlush(long ep, long params) {
        try {
            return (long) EP_FLUSH.invokeExact(ep, params);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static byte epEvaluatePerf(long ep, long params, long attributes) {
        try {
            return (byte) EP_EVALUATE_PERF.invokeExact(ep, params, attributes);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Writes to a {@code FILE *}. */
    static void epPrintInfo(long ep, long stream) {
        try {
            EP_PRINT_INFO.invokeExact(ep, stream);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static byte rkeyUnpack(long ep, long bytes, long rkeyAddress) {
        try {
            return (byte) RKEY_UNPACK.invokeExact(ep, bytes, rkeyAddress);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static void rkeyDestroy(long rkey) {
        try {
            RKEY_DESTROY.invokeExact(rkey);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static byte rkeyPack(long context, long memh, long bufferAddress, long sizeAddress) {
        try {
            return (byte) RKEY_PACK.invokeExact(context, memh, bufferAddress, sizeAddress);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static void rkeyBufferRelease(long buffer) {
        try {
            RKEY_RELEASE.invokeExact(buffer);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static byte memMap(long context, long params, long memhAddress) {
        try {
            return (byte) MEM_MAP.invokeExact(context, params, memhAddress);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static byte memQuery(long memh, long attributes) {
        try {
            return (byte) MEM_QUERY.invokeExact(memh, attributes);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static byte memUnmap(long context, long memh) {
        try {
            return (byte) MEM_UNMAP.invokeExact(context, memh);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static long put(long ep, long local, long bytes, long remote, long rkey, long params) {
        try {
            return (long) PUT.invokeExact(ep, local, bytes, remote, rkey, params);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /**
     * A put that ends inside the call, or does nothing and answers {@link UcpStatus#NO_RESOURCE}: the parameters must be
     * {@link RequestParams#leaf}. With {@code UCP_OP_ATTR_FLAG_FORCE_IMM_CMPL}, {@code ucp_put_nbx} resolves the remote key,
     * tries the transport's {@code put_short}, which copies the bytes or queues them inline, and returns; it
     * neither makes a request nor progresses anything, so no function of ours can be called inside (seen in UCX 1.13.1). For
     * host memory on both sides, where it does not wait either.
     */
    static long putLeaf(long ep, long local, long bytes, long remote, long rkey, long leafParams) {
        try {
            return (long) PUT_LEAF.invokeExact(ep, local, bytes, remote, rkey, leafParams);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static long get(long ep, long local, long bytes, long remote, long rkey, long params) {
        try {
            return (long) GET.invokeExact(ep, local, bytes, remote, rkey, params);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    static long amSend(long ep, int id, long body, long bytes, long params) {
        try {
            return (long) AM_SEND.invokeExact(ep, id, 0L, 0L, body, bytes, params);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** Gives a request back to its pool, at once or when it ends; it calls nobody. */
    static void requestFree(long request) {
        try {
            REQUEST_FREE.invokeExact(request);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** UCX's own words for a status. */
    static String statusString(byte status) {
        try {
            return NativeCalls.text((MemorySegment) STATUS_STRING.invokeExact(status), 256);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }
}
