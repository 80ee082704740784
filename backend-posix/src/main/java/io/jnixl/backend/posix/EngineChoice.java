// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.nativesupport.NativeLibrary;
import io.jnixl.nativesupport.NativeLibrary.Missing;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendContext;
import org.jspecify.annotations.Nullable;

/** Starts the engine that the settings name, or the best that works here. */
final class EngineChoice {
    private static final System.Logger LOG = System.getLogger(EngineChoice.class.getName());

    private EngineChoice() {}

    /** A named engine fails hard; {@code auto} says when it takes the second best. */
    static Engine start(String soname, BackendConfig config, BackendContext context) {
        String name = "jnixl-posix-" + context.agentName();
        return switch (config.get(PosixOptions.ENGINE)) {
            case POOL -> {
                requireNativeCalls(soname);
                yield pool(config, name);
            }
            case LIBAIO -> {
                requireNativeCalls(soname);
                yield aio(config, context, name);
            }
            case IO_URING -> ring(soname, config, context, name);
            case AUTO -> best(soname, config, context, name);
        };
    }

    private static Engine best(String soname, BackendConfig config, BackendContext context, String name) {
        try {
            return ring(soname, config, context, name);
        } catch (NixlException e) {
            requireNativeCalls(soname);
            LOG.log(
                    System.Logger.Level.WARNING,
                    "agent {0}: files are read and written by a pool of threads instead of io_uring, which costs more"
                            + " processor time: {1}; set backends.POSIX.engine = pool to be told no more",
                    context.agentName(),
                    e.getMessage());
            return pool(config, name);
        }
    }

    private static Engine pool(BackendConfig config, String name) {
        return PoolEngine.start(config.get(PosixOptions.POOL_THREADS), name);
    }

    private static Engine aio(BackendConfig config, BackendContext context, String name) {
        try {
            return AioEngine.start(PosixOptions.window(config), context.progress(), name);
        } catch (Refusal e) {
            throw refused(e.reason(), e.remedy(), null);
        }
    }

    private static Engine ring(String soname, BackendConfig config, BackendContext context, String name) {
        if (NativeLibrary.open(soname, Uring.SYMBOLS) instanceof Missing missing) {
            throw refused(missing.reason(), PosixProbe.remedy(missing), missing.cause());
        }
        try {
            RingLane.Settings settings = new RingLane.Settings(
                    PosixOptions.window(config),
                    context.progress(),
                    config.get(PosixOptions.COMPLETION) == PosixOptions.Completion.THREAD,
                    (long) config.get(PosixOptions.REGISTERED_MIB) << 20,
                    name);
            return RingEngine.start(config.get(PosixOptions.RINGS), settings);
        } catch (Refusal e) {
            throw refused(e.reason(), e.remedy(), null);
        }
    }

    private static void requireNativeCalls(String soname) {
        if (NativeLibrary.open(soname, Uring.SYMBOLS) instanceof Missing missing && PosixProbe.isHopeless(missing)) {
            throw refused(missing.reason(), PosixProbe.remedy(missing), missing.cause());
        }
    }

    private static NixlException refused(String reason, String remedy, @Nullable Throwable cause) {
        NixlException.Builder error = NixlException.of(ErrorCode.NOT_SUPPORTED, reason)
                .backend(PosixBackendProvider.NAME)
                .remedy(remedy);
        return (cause == null ? error : error.cause(cause)).build();
    }
}
