// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.plugins;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnershipTest {
    private static final int STICKY = 01000;

    @TempDir
    Path temporary;

    private Path folder;
    private Path file;

    @BeforeEach
    void files() throws IOException {
        folder = Files.createDirectory(temporary.toRealPath().resolve("folder"));
        file = Files.createFile(folder.resolve("file"));
        mode(folder, "rwxr-xr-x");
        mode(file, "rw-r--r--");
    }

    private static void mode(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private static Refusal refusal(Ownership ownership, Path path) {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> ownership.check(path));
        Assertions.assertThat(refusal).as("a refusal").isNotNull();
        return refusal;
    }

    @Test
    void whatOneMadeOneselfIsFine() {
        assertThatCode(() -> Ownership.ofProcess().check(file)).doesNotThrowAnyException();
        assertThatCode(() -> Ownership.ofProcess().check(folder)).doesNotThrowAnyException();
    }

    @Test
    void theGroupIsTrusted() throws IOException {
        mode(folder, "rwxrwxr-x");
        mode(file, "rw-rw-r--");
        assertThatCode(() -> Ownership.ofProcess().check(file)).doesNotThrowAnyException();
    }

    @Test
    void aFileThatAllCanWriteIsRefused() throws IOException {
        mode(file, "rw-r--rw-");
        Refusal refusal = refusal(Ownership.ofProcess(), file);
        Assertions.assertThat(refusal.reason()).isEqualTo(file + " can be written by everybody (mode 646)");
        Assertions.assertThat(refusal.remedy()).startsWith("chmod o-w " + file);
    }

    @Test
    void aDirectoryAboveThatAllCanWriteIsRefused() throws IOException {
        mode(folder, "rwxr-xrwx");
        Assertions.assertThat(refusal(Ownership.ofProcess(), file).reason())
                .isEqualTo(folder + " can be written by everybody (mode 757)");
    }

    @Test
    void aDirectoryAboveInWhichNobodyCanReplaceAnothersFilesIsFine() throws IOException {
        int mode = (int) Files.getAttribute(folder, "unix:mode");
        Files.setAttribute(folder, "unix:mode", mode | STICKY | 0022);
        assertThatCode(() -> Ownership.ofProcess().check(file)).doesNotThrowAnyException();
        Assertions.assertThat(refusal(Ownership.ofProcess(), folder).reason()).contains("(mode 1777)");
    }

    /** Root's files are fine for everybody, so root gives this one away first. */
    @Test
    void anotherUsersFileIsRefused() throws IOException {
        int owner = (int) Files.getAttribute(file, "unix:uid");
        if (owner == 0) {
            owner = 12_345;
            Files.setAttribute(file, "unix:uid", owner);
        }
        Refusal refusal = refusal(new Ownership(54_321), file);
        Assertions.assertThat(refusal.reason())
                .isEqualTo(file + " belongs to user " + owner
                        + ", who is neither root nor the user of this process, 54321");
        Assertions.assertThat(refusal.remedy()).contains("chown 54321 " + file);
        int same = owner;
        assertThatCode(() -> new Ownership(same).check(file)).doesNotThrowAnyException();
    }
}
