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
    private static int giveAway(Path path) throws IOException {
        int owner = (int) Files.getAttribute(path, "unix:uid");
        if (owner == 0) {
            owner = 12_345;
            Files.setAttribute(path, "unix:uid", owner);
        }
        return owner;
    }

    @Test
    void anotherUsersFileIsRefused() throws IOException {
        int owner = giveAway(file);
        Refusal refusal = refusal(new Ownership(54_321), file);
        Assertions.assertThat(refusal.reason())
                .endsWith(" belongs to user " + owner + ", who is neither root nor the user of this process, 54321");
        Assertions.assertThat(refusal.remedy()).contains("chown 54321 ");
        assertThatCode(() -> new Ownership(owner).check(file)).doesNotThrowAnyException();
    }

    /** Who owns it can put another file in the place of the one that was looked at, even of root's. */
    @Test
    void aFileBelowAnotherUsersDirectoryIsRefused() throws IOException {
        int owner = giveAway(temporary.toRealPath());
        Refusal refusal = refusal(new Ownership(54_321), file);
        Assertions.assertThat(refusal.reason())
                .startsWith(temporary.toRealPath() + " belongs to user " + owner + ", who is neither root nor");
        assertThatCode(() -> new Ownership(owner).check(file)).doesNotThrowAnyException();
    }

    @Test
    void aStickyDirectoryOfAnotherUsersIsRefused() throws IOException {
        int owner = giveAway(temporary.toRealPath());
        int mode = (int) Files.getAttribute(temporary, "unix:mode");
        Files.setAttribute(temporary, "unix:mode", mode | STICKY | 0022);
        Assertions.assertThat(refusal(new Ownership(54_321), file).reason())
                .startsWith(temporary.toRealPath() + " belongs to user " + owner);
    }

    @Test
    void aLinkIsNotTakenForWhatItLeadsTo() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        Assertions.assertThat(refusal(Ownership.ofProcess(), link).reason())
                .isEqualTo(link + " can be written by everybody (mode 777)");
    }

    @Test
    void theUserIsTheEffectiveOne() throws IOException {
        int owner = giveAway(file);
        Path status = Files.writeString(folder.resolve("status"), "Name:\tjava\nUid:\t1\t" + owner + "\t2\t3\n");
        assertThatCode(() -> Ownership.of(status).check(file)).doesNotThrowAnyException();
    }

    @Test
    void whereNobodyTellsTheUserOnlyRootsFilesAreTaken() throws IOException {
        int owner = giveAway(file);
        for (String content : new String[] {"", "Uid:", "Uid:\t1\tx", "Name:\tjava"}) {
            Path status = Files.writeString(folder.resolve("status"), content);
            Assertions.assertThat(refusal(Ownership.of(status), file).reason())
                    .contains(" belongs to user " + owner + ", and /proc/self/status does not tell whether");
        }
        Ownership unknown = Ownership.of(folder.resolve("missing"));
        Assertions.assertThat(refusal(unknown, file).remedy())
                .startsWith("mount /proc; or ")
                .contains("chown 0 ");
        assertThatCode(() -> unknown.check(Path.of("/").toRealPath())).doesNotThrowAnyException();
    }
}
