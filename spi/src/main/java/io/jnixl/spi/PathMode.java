// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.FileOption;
import io.jnixl.api.NixlException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * How a file is named in {@link io.jnixl.api.MemoryRegion#metaInfo()}: native NIXL's path mode, {@code ro:path} or
 * {@code rw:path}, with {@code direct}, {@code sync}, {@code noatime}, {@code create}, and this library's own {@code truncate}, after commas before
 * the colon.
 *
 * @param path the file
 * @param options how to open it; READ is always among them
 * @since 0.1
 */
public record PathMode(Path path, Set<FileOption> options) {

    private static final Set<String> FLAGS = Set.of("direct", "sync", "noatime", "create", "truncate");

    /**
     * Copies, and adds READ.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for CREATE or TRUNCATE without WRITE, and for a path of another file
     *     system than the machine's, such as of a zip file
     */
    public PathMode {
        if (!path.getFileSystem().equals(FileSystems.getDefault())) {
            throw new NixlException(
                    ErrorCode.INVALID_PARAM,
                    path + " is a path within " + path.getFileSystem() + ", not one of the machine's files");
        }
        EnumSet<FileOption> all = EnumSet.of(FileOption.READ);
        all.addAll(options);
        for (FileOption option : new FileOption[] {FileOption.CREATE, FileOption.TRUNCATE}) {
            if (all.contains(option) && !all.contains(FileOption.WRITE)) {
                throw new NixlException(ErrorCode.INVALID_PARAM, option + " needs WRITE");
            }
        }
        options = Set.copyOf(all);
    }

    /** Whether these bytes look like path mode; without it, the device of a FILE region is a file descriptor. */
    public static boolean isPathMode(byte[] metaInfo) {
        String text = new String(metaInfo, 0, Math.min(metaInfo.length, 2), StandardCharsets.UTF_8);
        return text.equals("ro") || text.equals("rw");
    }

    /**
     * Reads the bytes.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} naming what is wrong
     */
    public static PathMode parse(byte[] metaInfo) {
        String text = new String(metaInfo, StandardCharsets.UTF_8);
        int colon = text.indexOf(':');
        if (colon < 0 || colon == text.length() - 1) {
            throw invalid("\"" + text + "\" is not of the form ro:path or rw,direct:path");
        }
        EnumSet<FileOption> options = EnumSet.noneOf(FileOption.class);
        String[] words = text.substring(0, colon).split(",", -1);
        for (int i = 0; i < words.length; i++) {
            options.add(i == 0 ? access(words[i], text) : flag(words[i], text));
        }
        try {
            return new PathMode(Path.of(text.substring(colon + 1)), options);
        } catch (InvalidPathException e) {
            throw invalid("\"" + text + "\" holds no valid path: " + e.getReason()
                    + "; a name that is not ASCII needs Java to be started with LC_ALL=C.UTF-8 or"
                    + " -Dsun.jnu.encoding=UTF-8");
        }
    }

    /**
     * The path in bytes that are path mode or a plain path, for who looks at a file and does not open it. Whatever is not
     * well-formed path mode is a path.
     */
    public static String pathOf(byte[] metaInfo) {
        String text = new String(metaInfo, StandardCharsets.UTF_8);
        int colon = text.indexOf(':');
        if (colon < 0 || colon == text.length() - 1) {
            return text;
        }
        String[] words = text.substring(0, colon).split(",", -1);
        boolean mode = words[0].equals("ro") || words[0].equals("rw");
        for (int i = 1; mode && i < words.length; i++) {
            mode = FLAGS.contains(words[i]);
        }
        return mode ? text.substring(colon + 1) : text;
    }

    private static FileOption access(String word, String text) {
        return switch (word) {
            case "ro" -> FileOption.READ;
            case "rw" -> FileOption.WRITE;
            default -> throw unknown(word, text);
        };
    }

    private static FileOption flag(String word, String text) {
        return switch (word) {
            case "direct" -> FileOption.DIRECT;
            case "sync" -> FileOption.SYNC;
            case "noatime" -> FileOption.NOATIME;
            case "create" -> FileOption.CREATE;
            case "truncate" -> FileOption.TRUNCATE;
            default -> throw unknown(word, text);
        };
    }

    private static NixlException unknown(String word, String text) {
        return invalid("\"" + word + "\" in \"" + text
                + "\" is not a mode; expected ro or rw, then any of direct, sync, noatime, create, truncate");
    }

    private static NixlException invalid(String message) {
        return new NixlException(ErrorCode.INVALID_PARAM, message);
    }

    /** The bytes that stand for this. */
    public byte[] encode() {
        StringBuilder text = new StringBuilder(options.contains(FileOption.WRITE) ? "rw" : "ro");
        Arrays.stream(FileOption.values())
                .filter(o -> o != FileOption.READ && o != FileOption.WRITE && options.contains(o))
                .forEach(o -> text.append(',').append(o.name().toLowerCase(java.util.Locale.ROOT)));
        return text.append(':').append(path).toString().getBytes(StandardCharsets.UTF_8);
    }
}
