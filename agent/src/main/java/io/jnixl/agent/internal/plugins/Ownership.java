// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.plugins;

import io.jnixl.agent.internal.config.Shown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * Who can change a file. Code is taken only from files that belong to root or to the user that this process runs as, that not
 * everybody can write, and that lie below directories of which the same is true. Members of a file's group are trusted.
 *
 * <p>Needs a file system that knows owners and modes; elsewhere nothing is checked.
 */
final class Ownership {
    private static final int WRITABLE_BY_ALL = 0002;
    private static final int STICKY = 01000;
    private static final int PERMISSIONS = 07777;
    private static final int UNKNOWN = -1;
    private static final Path STATUS = Path.of("/proc/self/status");

    /** The user, or UNKNOWN: then only root's files are taken. */
    private final int user;

    /** For a process of this user. */
    Ownership(int user) {
        this.user = user;
    }

    /** For this process. */
    static Ownership ofProcess() {
        return of(STATUS);
    }

    /** For the process that a status file tells of: the second number of its line {@code Uid:}, see proc_pid_status(5). */
    static Ownership of(Path status) {
        try {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith("Uid:")) {
                    return new Ownership(Integer.parseUnsignedInt(line.split("\\s+", -1)[2]));
                }
            }
            return new Ownership(UNKNOWN);
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return new Ownership(UNKNOWN);
        }
    }

    /**
     * Looks at all directories above, the root first, and then at the file or directory itself. Nobody who is not trusted can exchange
     * what was looked at, nor, therefore, what lies in it: the path may be used for as long as it is wanted.
     *
     * @param real a real path: absolute, without symbolic links; a link that has come in since is not followed
     */
    void check(Path real) throws Refusal {
        if (real.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            check(real, 0);
        }
    }

    /** In a sticky directory everybody may write, but touch only what is his own. */
    private void check(Path path, int excuse) throws Refusal {
        Path above = path.getParent();
        if (above != null) {
            check(above, STICKY);
        }
        Map<String, Object> attributes = attributes(path);
        int mode = (int) Objects.requireNonNull(attributes.get("mode"));
        int owner = (int) Objects.requireNonNull(attributes.get("uid"));
        if ((mode & WRITABLE_BY_ALL) != 0 && (mode & excuse) == 0) {
            throw writable(path, mode);
        }
        if (owner != 0 && (user == UNKNOWN || owner != user)) {
            throw foreign(path, owner);
        }
    }

    private static Map<String, Object> attributes(Path path) throws Refusal {
        try {
            return Files.readAttributes(path, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw new Refusal(
                    Shown.text(path.toString()) + " cannot be looked at: " + Shown.text(e.toString()),
                    "let the user of this process read it",
                    e);
        }
    }

    private Refusal foreign(Path path, int owner) {
        String shown = Shown.text(path.toString());
        String reason = shown + " belongs to user " + Integer.toUnsignedString(owner);
        return user == UNKNOWN
                ? new Refusal(
                        reason + ", and " + STATUS + " does not tell whether that is the user of this process",
                        "mount /proc; or give it to root, if you trust what is in it: chown 0 " + shown)
                : new Refusal(
                        reason + ", who is neither root nor the user of this process, "
                                + Integer.toUnsignedString(user),
                        "give it to one of them, if you trust what is in it: chown " + Integer.toUnsignedString(user)
                                + " " + shown);
    }

    private static Refusal writable(Path path, int mode) {
        String shown = Shown.text(path.toString());
        return new Refusal(
                shown + " can be written by everybody (mode " + Integer.toOctalString(mode & PERMISSIONS) + ")",
                "chmod o-w " + shown + ", and see what is in it");
    }
}
