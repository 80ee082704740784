// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the system gives less than usual: no io_uring, no rights, no room. In processes of their own. */
@NeedsNative(Native.URING)
class RightsTest {
    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));

    private Child child;

    @BeforeEach
    void start() throws Exception {
        child = new Child();
    }

    @AfterEach
    void close() throws Exception {
        child.close();
    }

    /** EPERM is what container run-times answer, ENOSYS what older ones and kernels do. */
    @ParameterizedTest
    @CsvSource({"1, EPERM, container's seccomp policy", "38, ENOSYS, Linux 5.6 or later"})
    void withoutIoUring(int errno, String name, String remedy) throws Exception {
        Path launcher = child.compile("no-io-uring.c");

        String output = child.java(
                List.of(launcher.toString(), Integer.toString(errno)),
                "work",
                child.folder().toString(),
                "auto",
                "libaio",
                "pool",
                "io_uring");

        String reason = "the kernel refuses io_uring to this process: errno " + errno + " (" + name;
        assertThat(output)
                .contains("availability: thread pool only: " + reason)
                .contains("auto: moved true by pool")
                .contains("pool: moved true by pool")
                .contains("libaio: moved true by libaio")
                .containsPattern(
                        "WARNING: agent a: files are read and written by a pool of threads instead of io_uring")
                .contains("io_uring: refused NOT_SUPPORTED: " + reason)
                .contains(remedy);
        assertThat(output.split("WARNING", -1)).as("it warns once").hasSize(2);
    }

    @Test
    void anUnprivilegedUserWithEightMebibytesToLock() throws Exception {
        List<String> drop = ROOT
                ? List.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "--bounding-set", "-all")
                : List.of("env");
        List<String> command = new ArrayList<>(drop);
        command.addAll(List.of("sh", "-c", "ulimit -l 8192 && exec \"$@\"", "sh"));

        String output = child.java(command, "work", child.folder().toString(), "auto", "io_uring", "pool");

        assertThat(output)
                .contains("availability: io_uring")
                .contains("auto: moved true by io_uring")
                .contains("io_uring: moved true by io_uring")
                .contains("pool: moved true by pool")
                .doesNotContain("WARNING");
    }

    @Test
    void aFullDisk() throws Exception {
        Path small = Files.createDirectory(child.folder().resolve("small"));
        List<String> inItsOwnMounts =
                ROOT ? List.of("unshare", "--mount") : List.of("unshare", "--user", "--map-root-user", "--mount");
        List<String> command = new ArrayList<>(inItsOwnMounts);
        command.addAll(List.of("sh", "-c", "mount -t tmpfs -o size=4m tmpfs " + small + " && exec \"$@\"", "sh"));

        assertFull(small, child.java(command, "fill", small.toString(), "io_uring", "libaio", "pool"));
    }

    private static void assertFull(Path folder, String output) {
        String words = ": BACKEND at 1: writing to file " + folder
                + "/full failed at offset \\d+, after \\d+ of 16773120 bytes"
                + " errno 28 \\(ENOSPC, no space left on device\\) \\(free space on the device, or write elsewhere\\)";
        assertThat(output)
                .containsPattern("io_uring" + words)
                .containsPattern("libaio" + words)
                .containsPattern("pool" + words);
    }

    /** A real file system, in the page cache and past it. */
    @ParameterizedTest
    @ValueSource(strings = {"fill", "fill-direct"})
    void aFullExt4(String how) throws Exception {
        assumeTrue(ROOT, "mounting an image needs root");
        Path image = child.folder().resolve("image");
        Path small = Files.createDirectory(child.folder().resolve("small"));
        List<String> mounted = List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "truncate -s 12M " + image + " && mkfs.ext4 -q " + image + " && mount -o loop " + image + " " + small
                        + " && exec \"$@\"",
                "sh");

        assertFull(small, child.java(mounted, how, small.toString(), "io_uring", "libaio", "pool"));
    }
}
