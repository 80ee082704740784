// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import io.jnixl.cli.run.Numbers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of the roles that meet a partner in another process. */
@SuppressWarnings("NullAway.Init") // picocli sets what is required.
final class MeetingOptions {
    @Option(
            names = "--md",
            required = true,
            paramLabel = "FILE",
            description =
                    "Where this side publishes its metadata: FILE, and beside it FILE.conn, FILE.dlist and FILE.desc.")
    private Path own;

    @Option(names = "--peer-md", paramLabel = "FILE", description = "Where the partner publishes: its --md.")
    private @Nullable Path partner;

    @Option(
            names = "--size",
            required = true,
            paramLabel = "BYTES",
            converter = Numbers.Positive.class,
            description = "Bytes of this side's buffer.")
    private long size;

    MeetingFiles own() {
        return new MeetingFiles(own);
    }

    /**
     * Looks at what options say together.
     *
     * @return what is wrong, or null
     */
    @Nullable
    String wrong() {
        if (Files.isDirectory(own)) {
            return "--md " + own + " is a directory; name a file in it";
        }
        boolean same = partner != null
                && own.toAbsolutePath()
                        .normalize()
                        .equals(partner.toAbsolutePath().normalize());
        return same ? "--md and --peer-md are the same file: each side publishes its own" : null;
    }

    boolean hasPartner() {
        return partner != null;
    }

    MeetingFiles partner() {
        if (partner == null) {
            throw new IllegalStateException("--peer-md is missing");
        }
        return new MeetingFiles(partner);
    }

    long size() {
        return size;
    }
}
