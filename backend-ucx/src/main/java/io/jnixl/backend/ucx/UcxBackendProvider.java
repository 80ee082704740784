// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.spi.Availability;
import io.jnixl.spi.Availability.Available;
import io.jnixl.spi.Availability.Unavailable;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.BackendContext;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.OptionSpec;
import io.jnixl.spi.SpiVersion;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Network and cross-process memory over <a href="https://openucx.org">UCX</a>. Set up through jucx (JNI), driven through
 * the foreign function interface of the Java runtime.
 *
 * <p>Stateless; any thread may call. The first question loads libucp, for the rest of the process's life.
 *
 * @since 0.1
 */
@SpiVersion(SpiVersion.CURRENT)
public final class UcxBackendProvider implements BackendProvider {
    static final String NAME = "UCX";

    private static final System.Logger LOG = System.getLogger("io.jnixl.backend.ucx");

    /** Told once in a process, since no option changes it. */
    private static final AtomicBoolean WARNED_OF_SERIES = new AtomicBoolean();

    private final String soname;

    /** For {@link java.util.ServiceLoader}: looks at nothing yet. */
    public UcxBackendProvider() {
        this(UcxProbe.SONAME);
    }

    UcxBackendProvider(String soname) {
        this.soname = soname;
    }

    @Override
    public String name() {
        return NAME;
    }

    /** What UCX can take; a backend says what its libucp cannot, {@link Backend#missingKinds()}. */
    @Override
    public Set<MemoryKind> memoryKinds() {
        return Set.of(MemoryKind.DRAM, MemoryKind.VRAM);
    }

    @Override
    public int preference() {
        return 100;
    }

    @Override
    public List<OptionSpec<?>> options() {
        return UcxOptions.ALL;
    }

    /** Whether libucp and jucx can be loaded, and which they are. */
    @Override
    public Availability availability() {
        return UcxProbe.look(soname);
    }

    /**
     * Starts UCX for one agent: its workers, and for each a thread that progresses it when nobody else does.
     *
     * @throws NixlException where {@link #availability()} says no, for options that UCX refuses, and when it does not start
     */
    @Override
    public Backend create(BackendConfig config, BackendContext context) {
        return switch (availability()) {
            case Unavailable no -> throw no.toException(ErrorCode.NOT_SUPPORTED, NAME);
            case Available yes -> {
                UcpVersion version = UcpVersion.of(yes.version());
                warnOfFirstSeries(version);
                warnOfIgnoredOptions(config, context);
                yield UcxBackend.start(UcxSettings.of(config, System::getenv, version), version, context);
            }
        };
    }

    private static void warnOfFirstSeries(UcpVersion version) {
        if (!version.isOfSecondSeries() && !WARNED_OF_SERIES.getAndSet(true)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "libucp {0} is older than 1.19, and only versions as old understand its remote keys: peers of native NIXL 1.4,"
                            + " which brings UCX 1.22, do not; for those install UCX 1.19 or later here",
                    version);
        }
    }

    private static void warnOfIgnoredOptions(BackendConfig config, BackendContext context) {
        if (config.isSet(UcxOptions.NUM_DEVICE_CHANNELS)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "agent {0}: this release of the UCX backend has no device channels, whatever ucx_num_device_channels says",
                    context.agentName());
        }
    }
}
