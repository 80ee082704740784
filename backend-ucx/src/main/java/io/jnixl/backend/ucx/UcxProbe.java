// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.ADDRESS;

import io.jnixl.nativesupport.NativeCalls;
import io.jnixl.nativesupport.NativeLibrary;
import io.jnixl.nativesupport.NativeLibrary.Found;
import io.jnixl.nativesupport.NativeLibrary.Missing;
import io.jnixl.nativesupport.Packages;
import io.jnixl.spi.Availability;
import io.jnixl.spi.Availability.Available;
import io.jnixl.spi.Availability.Unavailable;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Map;
import org.openucx.jucx.NativeLibs;

/** Looks at the machine's libucp, and whether jucx, which sets UCX up, can be loaded over it. */
final class UcxProbe {
    static final String SONAME = "libucp.so.0";

    /**
     * What UCX does as soon as it is loaded, and must not do in a Java process: replace the handlers of SIGSEGV and its
     * like, which the JVM lives on, and of SIGHUP; and log to standard output.
     *
     * <p>And it is not to wait in connect(2), as it does over TCP by default: the worker, which all peers share, would be taken for as
     * long, over two minutes where a peer's host does not answer; and where a connection is refused UCX (1.13 to 1.23, at least)
     * keeps the socket for ever, and what it counts for a {@link LastFlush}. And TCP is to give up connecting after 7 s, which is 134 s by
     * default: until then nobody knows that the peer is lost, and its memory and the worker cannot be let go. UCX 1.13 writes that number
     * over the next setting, too, so that no buffer may be made; therefore that one is given, with its default, behind it. These stand here,
     * since {@code ucp_config_modify} of UCX 1.13 does not take settings of a single transport.
     *
     * <p>What the user set stays.
     */
    static final Map<String, String> ENVIRONMENT = Map.of(
            "UCX_ERROR_SIGNALS",
            "",
            "UCX_DEBUG_SIGNO",
            "0",
            "UCX_LOG_FILE",
            "stderr",
            "UCX_TCP_CONN_NB",
            "y",
            "UCX_TCP_SYN_CNT",
            "2",
            "UCX_TCP_TX_MAX_BUFS",
            "-1");

    /**
     * What the library must export; each has been there since UCX 1.13 at the latest. Stands here, since {@link UcpNative}
     * cannot be initialised without the library.
     */
    static final List<String> SYMBOLS = List.of(
            "ucp_get_version_string",
            "ucp_config_read",
            "ucp_config_modify",
            "ucp_config_release",
            "ucp_worker_create",
            "ucp_worker_destroy",
            "ucp_worker_get_address",
            "ucp_worker_release_address",
            "ucp_worker_progress",
            "ucp_worker_arm",
            "ucp_worker_signal",
            "ucp_worker_get_efd",
            "ucp_worker_set_am_recv_handler",
            "ucp_ep_create",
            "ucp_ep_close_nbx",
            "ucp_ep_flush_nbx",
            "ucp_worker_flush_nbx",
            "ucp_request_check_status",
            "ucp_ep_evaluate_perf",
            "ucp_ep_print_info",
            "ucp_ep_rkey_unpack",
            "ucp_rkey_destroy",
            "ucp_rkey_pack",
            "ucp_rkey_buffer_release",
            "ucp_mem_map",
            "ucp_mem_query",
            "ucp_mem_unmap",
            "ucp_put_nbx",
            "ucp_get_nbx",
            "ucp_am_send_nbx",
            "ucp_request_free",
            "ucs_status_string");

    private static final String VERSION = "ucp_get_version_string";
    private static final int VERSION_LIMIT = 64;
    private static final String JUCX_PROCESSOR = "amd64";

    private UcxProbe() {}

    static Availability look(String soname) {
        return switch (NativeLibrary.open(soname, SYMBOLS, ENVIRONMENT)) {
            case Found found -> lookAtJucx(version(found), found.path());
            case Missing missing ->
                new Unavailable(missing.reason(), missing.remedy(Packages.hint("libucx0", "ucx")), missing.cause());
        };
    }

    private static String version(Found library) {
        MethodHandle version = library.function(VERSION, FunctionDescriptor.of(ADDRESS));
        try {
            return NativeCalls.text((MemorySegment) version.invokeExact(), VERSION_LIMIT);
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }

    /** jucx unpacks a library of its own into the temporary folder and loads it from there. */
    private static Availability lookAtJucx(String version, String path) {
        String processor = System.getProperty("os.arch", "");
        if (!processor.equals(JUCX_PROCESSOR)) {
            return new Unavailable(
                    "libucp " + version + " is installed, but jucx is made for " + JUCX_PROCESSOR
                            + " alone, and this is " + processor,
                    "use another backend on this machine",
                    null);
        }
        try {
            NativeLibs.load();
            return new Available(version, List.of("loaded from " + path));
        } catch (LinkageError e) {
            return refused(e, e.getCause() instanceof IllegalCallerException);
        }
    }

    private static Unavailable refused(LinkageError e, boolean denied) {
        if (denied) {
            Module jucx = NativeLibs.class.getModule();
            return new Unavailable(
                    "this Java runtime denies jucx to load its library",
                    "start Java with --enable-native-access=" + (jucx.isNamed() ? jucx.getName() : "ALL-UNNAMED"),
                    e);
        }
        String folder = System.getProperty("java.io.tmpdir");
        return new Unavailable(
                "jucx cannot load its library from the temporary folder " + folder + ": " + e.getMessage(),
                "start Java with -Djava.io.tmpdir=DIR, a folder that can be written to and is not mounted noexec",
                e);
    }
}
