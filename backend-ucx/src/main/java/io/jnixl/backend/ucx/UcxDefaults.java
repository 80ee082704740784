// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What UCX is told when nobody says otherwise: native NIXL's settings, and some of our own. Only those that something uses,
 * since UCX warns of others: known to this libucp, and for devices and transports that there are.
 */
final class UcxDefaults {
    static final String MM_ERROR_HANDLING = "MM_ERROR_HANDLING";

    private static final Path RDMA_DEVICES = Path.of("/sys/class/infiniband");

    private final UcpVersion version;
    private final int deviceChannels;
    private final UcxTransports transports;
    private final Rdma rdma;
    private final Map<String, String> all = new LinkedHashMap<>();

    /** The machine's RDMA devices. */
    enum Rdma {
        NONE,
        SOME,
        /** Some by Amazon: there are many to a machine, and addresses get long. */
        EFA
    }

    private UcxDefaults(UcpVersion version, int deviceChannels, UcxTransports transports, Rdma rdma) {
        this.version = version;
        this.deviceChannels = deviceChannels;
        this.transports = transports;
        this.rdma = rdma;
    }

    /**
     * All of them, by their names without {@code UCX_}.
     *
     * @param deviceChannels the option {@code ucx_num_device_channels}
     * @param transports what UCX may use
     */
    static Map<String, String> of(UcpVersion version, int deviceChannels, UcxTransports transports) {
        return of(version, deviceChannels, transports, rdma(RDMA_DEVICES));
    }

    static Map<String, String> of(UcpVersion version, int deviceChannels, UcxTransports transports, Rdma rdma) {
        UcxDefaults defaults = new UcxDefaults(version, deviceChannels, transports, rdma);
        defaults.addGeneral();
        if (transports.mayUseRdma() && rdma != Rdma.NONE) {
            defaults.addRdma();
        }
        return defaults.all;
    }

    private void addGeneral() {
        all.put("RNDV_THRESH", "inf"); // notifications must come whole
        if (version.isFrom(1, 15)) {
            all.put("MAX_RMA_RAILS", "2");
        }
        if (version.isFrom(1, 21)) {
            all.put("MAX_HCA_PER_GPU", "auto");
        }
        if (version.isFrom(1, 22)) {
            all.put("RNDV_PIPELINE_ERROR_HANDLING", "y");
        }
        if (transports.mayUseSharedMemory()) {
            all.put(MM_ERROR_HANDLING, "y"); // else it is not used where failures are to be noticed
        }
        all.put("KEEPALIVE_INTERVAL", "500ms"); // over shared memory, a death is often noticed by this alone
        all.put("ALLOC_PRIO", "md:sysv,md:posix,huge,mmap"); // fresh memory only: allocations are zeroed
    }

    private void addRdma() {
        all.put("IB_PCI_RELAXED_ORDERING", "try");
        all.put("RC_FENCE", "none"); // the order of data and notification comes from the flush between them
        if (version.isFrom(1, 21)) {
            all.put("RC_GDA_NUM_CHANNELS", Integer.toString(deviceChannels));
        }
        if (rdma == Rdma.EFA) {
            all.put("ADDRESS_VERSION", "v2");
            if (version.isFrom(1, 19)) {
                all.put("MAX_COMPONENT_MDS", "32");
            }
        }
    }

    /** Looks at the kernel's list of devices. */
    static Rdma rdma(Path devices) {
        Rdma found = Rdma.NONE;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(devices)) {
            for (Path device : all) {
                Path driver = device.resolve("device").resolve("driver");
                if (Files.exists(driver) && driver.toRealPath().endsWith("efa")) {
                    return Rdma.EFA;
                }
                found = Rdma.SOME;
            }
        } catch (IOException e) {
            return found; // no such folder, or none that may be read: then UCX finds no devices either
        }
        return found;
    }
}
