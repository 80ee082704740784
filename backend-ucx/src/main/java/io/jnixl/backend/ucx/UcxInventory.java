// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.nativesupport.NativeCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What settings and devices this libucp knows, as it prints them itself: there is no other way to ask. UCX would take a wrong
 * name of either with a warning at most.
 */
final class UcxInventory {
    private static final int SETTINGS_DOCS_AND_HIDDEN = 1 | 4 | 8;

    /** Such as {@code UCX_TLS=all}, and {@code # inherits: UCX_DC_FENCE, UCX_RC_FENCE}, which are names too. */
    private static final Pattern SETTING = Pattern.compile("^UCX_([A-Z0-9_]+)=", Pattern.MULTILINE);

    private static final Pattern INHERITED = Pattern.compile("^# inherits: (.*)$", Pattern.MULTILINE);
    private static final Pattern NAME = Pattern.compile("UCX_([A-Z0-9_]+)");

    /** Such as {@code resource 1 : md 1 dev 1 flags -- tcp/eth0}; not those that are shared memory or a GPU. */
    private static final Pattern DEVICE = Pattern.compile(
            "flags \\S+ (?!(?:self|sysv|posix|cma|knem|xpmem|cuda_\\w+|gdr_copy|rocm_\\w+|ze_\\w+)/)[^/\\s]+/(\\S+)");

    private static final MethodHandle OPEN =
            NativeCalls.libc("open_memstream", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle CLOSE = NativeCalls.libc("fclose", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
    private static final MethodHandle FREE = NativeCalls.libc("free", FunctionDescriptor.ofVoid(JAVA_LONG));

    private UcxInventory() {}

    /** Something that prints to a {@code FILE *}. */
    private interface Printing {
        void to(long file) throws Throwable;
    }

    /**
     * All names of settings, without {@code UCX_}; empty where this libucp does not tell. After a context was made, since its
     * transports bring their own.
     */
    static Optional<Set<String>> settings() {
        Optional<MethodHandle> print = UcpNative.optional(
                "ucs_config_parser_print_all_opts",
                FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
        long list = UcpNative.symbol("ucs_config_global_list");
        if (print.isEmpty() || list == 0) {
            return Optional.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            long prefix = arena.allocateFrom("UCX_").address();
            MethodHandle handle = print.get();
            // the last argument, a filter, is there from UCX 1.16 on, and null is none
            String text = printed(file -> {
                handle.invokeExact(file, prefix, SETTINGS_DOCS_AND_HIDDEN, list, 0L);
            });
            Set<String> names = names(text);
            return names.contains("TLS") ? Optional.of(names) : Optional.empty();
        }
    }

    static Set<String> names(String text) {
        Set<String> names = new TreeSet<>();
        collect(SETTING.matcher(text), names);
        for (Matcher inherited = INHERITED.matcher(text); inherited.find(); ) {
            collect(NAME.matcher(inherited.group(1)), names);
        }
        return names;
    }

    private static void collect(Matcher matcher, Set<String> into) {
        while (matcher.find()) {
            into.add(matcher.group(1));
        }
    }

    /** The network devices that a context uses, such as {@code eth0} and {@code mlx5_0:1}; empty where it does not tell. */
    static Optional<Set<String>> devices(long context) {
        Optional<MethodHandle> print =
                UcpNative.optional("ucp_context_print_info", FunctionDescriptor.ofVoid(JAVA_LONG, JAVA_LONG));
        return print.map(handle -> devices(printed(file -> {
            handle.invokeExact(context, file);
        })));
    }

    static Set<String> devices(String text) {
        Set<String> devices = new TreeSet<>();
        collect(DEVICE.matcher(text), devices);
        return devices;
    }

    @SuppressWarnings("UnusedVariable") // fclose: what cannot be written to memory is missing, and found missing
    private static String printed(Printing printing) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocate(JAVA_LONG);
            MemorySegment length = arena.allocate(JAVA_LONG);
            long file = (long) OPEN.invokeExact(text.address(), length.address());
            if (file == 0) {
                return "";
            }
            printing.to(file);
            int closed = (int) CLOSE.invokeExact(file);
            long at = text.get(JAVA_LONG, 0);
            String answer =
                    NativeCalls.text(MemorySegment.ofAddress(at), Math.toIntExact(length.get(JAVA_LONG, 0) + 1));
            FREE.invokeExact(at);
            return answer;
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }
}
