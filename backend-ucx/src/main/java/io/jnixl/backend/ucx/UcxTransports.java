// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The list {@code UCX_TLS}, as far as it tells.
 *
 * @param list names with commas between them; with {@code ^} before it, those that must not be used
 */
record UcxTransports(String list) {
    private static final Set<String> SHARED_MEMORY = Set.of("all", "shm", "sm", "mm", "posix", "sysv", "xpmem");
    private static final Set<String> RDMA = Set.of("all", "ib", "rc", "ud", "dc", "gga", "srd");

    boolean mayUseSharedMemory() {
        return isForbidding() || names().anyMatch(SHARED_MEMORY::contains);
    }

    /** Transports have names such as {@code rc_mlx5}, {@code rc_x} or {@code ud:aux}. */
    boolean mayUseRdma() {
        return isForbidding() || names().anyMatch(name -> RDMA.contains(name.split("[_:]", 2)[0]));
    }

    private boolean isForbidding() {
        return list.startsWith("^");
    }

    private Stream<String> names() {
        return Arrays.stream(list.split(",", -1)).map(name -> name.strip().toLowerCase(Locale.ROOT));
    }
}
