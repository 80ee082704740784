// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli;

import io.jnixl.api.BackendInfo;
import io.jnixl.api.BackendInfo.State;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.api.Setting;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reports of machines that do not exist. */
final class DoctorReports {
    private static final Platform PLATFORM = new Platform("25+36", "A Vendor", "A VM", "Linux", "6.1", "amd64");

    private DoctorReports() {}

    static Report healthy() {
        return new Report("1.2.3", PLATFORM, List.of(), Map.of(), List.of(), List.of(), null);
    }

    static Report full() {
        BackendInfo memory = new BackendInfo(
                "MEMORY",
                State.ACTIVE,
                Set.of(MemoryKind.DRAM),
                "1.2.3",
                List.of("remote", "notes"),
                "",
                "",
                "/lib/m.jar");
        BackendInfo gds = new BackendInfo(
                "GDS",
                State.UNAVAILABLE,
                Set.of(MemoryKind.FILE, MemoryKind.DRAM),
                "",
                List.of(),
                "no GPU",
                "buy \u00fcne",
                "/lib/g.jar");
        return new Report(
                "1.2.3",
                PLATFORM,
                List.of(memory, gds),
                Map.of("MEMORY", Map.of("mode", "in process")),
                List.of(
                        new Setting("agent.deadline", "5s", "default"),
                        new Setting("a.key", "\u001b[31mred\nline", "jnixl.toml:3:7")),
                List.of("a.key does nothing"),
                NixlException.of(ErrorCode.NOT_SUPPORTED, "cannot start")
                        .backend("GDS")
                        .remedy("leave it out")
                        .build());
    }
}
