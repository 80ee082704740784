// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.plugins;

import io.jnixl.agent.internal.config.Shown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Who can change a file. Code is taken only from files that belong to root or to the user that this process runs as, and that
 * not everybody can write, nor replace by writing into a directory above. Members of a file's group are trusted.
 *
 * <p>Needs a file system that knows owners and modes; elsewhere nothing is checked.
 */
final class Ownership {
    private static final int WRITABLE_BY_ALL = 0002;
    private static final int STICKY = 01000;
    private static final int PERMISSIONS = 07777;
    private static final Path STATUS = Path.of("/proc/self/status");

    /** The user, or -1: then the owner is not looked at. */
    private final int user;

    /** For a process of this user. */
    Ownership(int user) {
        this.user = user;
    }

    /** For this process. */
    static Ownership ofProcess() {
        return new Ownership(effectiveUser());
    }

    /** The second number of the line {@code Uid:}, see proc_pid_status(5); -1 where there is no such file. */
    private static int effectiveUser() {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith("Uid:")) {
                    return Integer.parseUnsignedInt(line.split("\\s+", -1)[2]);
                }
            }
            return -1;
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return -1;
        }
    }

    /**
     * Looks at a file or directory and at all directories above.
     *
     * @param real a real path: absolute, without symbolic links
     */
    void check(Path real) throws Refusal {
        if (!real.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return;
        }
        int mode = attribute(real, "mode");
        int owner = attribute(real, "uid");
        if ((mode & WRITABLE_BY_ALL) != 0) {
            throw writable(real, mode);
        }
        if (user != -1 && owner != 0 && owner != user) {
            throw new Refusal(
                    Shown.text(real.toString()) + " belongs to user " + Integer.toUnsignedString(owner)
                            + ", who is neither root nor the user of this process, "
                            + Integer.toUnsignedString(user),
                    "give it to one of them, if you trust what is in it: chown " + Integer.toUnsignedString(user) + " "
                            + Shown.text(real.toString()));
        }
        for (Path above = real.getParent(); above != null; above = above.getParent()) {
            int open = attribute(above, "mode");
            if ((open & WRITABLE_BY_ALL) != 0 && (open & STICKY) == 0) {
                throw writable(above, open);
            }
        }
    }

    private static int attribute(Path path, String name) throws Refusal {
        try {
            return (int) Objects.requireNonNull(Files.getAttribute(path, "unix:" + name));
        } catch (IOException e) {
            throw new Refusal(
                    Shown.text(path.toString()) + " cannot be looked at: " + Shown.text(e.toString()),
                    "let the user of this process read it",
                    e);
        }
    }

    private static Refusal writable(Path path, int mode) {
        String shown = Shown.text(path.toString());
        return new Refusal(
                shown + " can be written by everybody (mode " + Integer.toOctalString(mode & PERMISSIONS) + ")",
                "chmod o-w " + shown + ", and see what is in it");
    }
}
