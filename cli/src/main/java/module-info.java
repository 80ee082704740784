// SPDX-License-Identifier: Apache-2.0

import org.jspecify.annotations.NullMarked;

/** The jnixl command. */
@NullMarked
module io.jnixl.cli {
    requires com.fasterxml.jackson.core;
    requires com.fasterxml.jackson.jr.ob;
    requires info.picocli;
    requires io.jnixl.agent;
    requires io.jnixl.api;
    requires io.jnixl.spi;
    requires java.logging;
    requires java.management;
    requires HdrHistogram;
    requires org.tomlj;
    requires static org.jspecify;

    opens io.jnixl.cli to
            info.picocli;
    opens io.jnixl.cli.bench to
            info.picocli;
    opens io.jnixl.cli.peer to
            info.picocli;
    opens io.jnixl.cli.run to
            info.picocli;
}
