// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.discovery;

import java.io.IOException;
import java.nio.file.Path;

/** The ways in which somebody's backend can be broken. None may keep another backend from working. */
enum Situation {
    CONSTRUCTOR_THROWS("BROKEN", "t.bad.Bad", "its constructor failed: java.lang.IllegalStateException: no luck") {
        @Override
        BackendJar jar() {
            return bad("public Bad() { throw new IllegalStateException(\"no luck\"); }");
        }
    },
    CLASS_CANNOT_LOAD(
            "BROKEN", "t.bad.Bad", "class t.bad.Bad cannot be loaded: class t.dep.Base, which it needs, is missing") {
        @Override
        BackendJar jar() {
            return new BackendJar("t.bad")
                    .source("t.dep.Base", "package t.dep; public class Base {}")
                    .source("t.bad.Middle", "package t.bad; public class Middle extends t.dep.Base {}")
                    .source("t.bad.Bad", """
                            package t.bad;
                            import io.jnixl.api.*;
                            import io.jnixl.spi.*;
                            import java.util.*;
                            @SpiVersion(1)
                            public class Bad extends Middle implements BackendProvider {
                                public String name() { return "BAD"; }
                                public Set<MemoryKind> memoryKinds() { return Set.of(); }
                                public Availability availability() { return Availability.available(""); }
                                public Backend create(BackendConfig config, BackendContext context) { return null; }
                            }
                            """)
                    .lists("t.bad.Bad")
                    .leavesOut("t.dep.Base");
        }
    },
    NATIVE_LIBRARY_MISSING(
            "BROKEN", "BAD", "its availability() failed: a native library or a symbol of it is missing") {
        @Override
        BackendJar jar() {
            return bad("public Availability availability() {"
                    + " System.loadLibrary(\"jnixl-no-such-library\"); return Availability.available(\"1\"); }");
        }
    },
    NATIVE_LIBRARY_MISSING_AND_TOLD("UNAVAILABLE", "BAD", "libnothing.so.1 is not installed") {
        @Override
        BackendJar jar() {
            return bad(
                    "public Availability availability() {"
                            + " return Availability.unavailable(\"libnothing.so.1 is not installed\", \"apt install nothing\"); }");
        }
    },
    DUPLICATE_NAME("BROKEN", "GOOD", "there is a backend GOOD in ") {
        @Override
        BackendJar jar() {
            return new BackendJar("t.twin").provider("t.twin.Twin", "GOOD");
        }
    },
    WRONG_SPI_VERSION("BROKEN", "t.bad.Bad", "it is compiled against SPI version 99, this agent has version ") {
        @Override
        BackendJar jar() {
            return new BackendJar("t.bad").provider("t.bad.Bad", "BAD", 99, "static { System.exit(42); }");
        }
    };

    final String state;
    final String name;
    final String reason;

    Situation(String state, String name, String reason) {
        this.state = state;
        this.name = name;
        this.reason = reason;
    }

    abstract BackendJar jar();

    Path build(Path folder) throws IOException {
        return jar().build(folder);
    }

    static BackendJar good() {
        return new BackendJar("t.good").provider("t.good.Good", "GOOD");
    }

    private static BackendJar bad(String... members) {
        return new BackendJar("t.bad").provider("t.bad.Bad", "BAD", members);
    }
}
