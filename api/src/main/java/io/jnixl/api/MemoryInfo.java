// SPDX-License-Identifier: Apache-2.0
package io.jnixl.api;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a backend says of storage that is there; the answer of {@link Agent#queryMemory}. An immutable value.
 *
 * <p>Files have {@link #SIZE}, {@link #MODE} and {@link #MODIFIED}, whose names and texts are native NIXL's, all of them decimal
 * numbers; objects may have none. The other names are this library's own, and are there where the system says as much.
 *
 * @param attributes texts by name
 * @since 0.1
 */
public record MemoryInfo(Map<String, String> attributes) {
    /** Name of the size in bytes. */
    public static final String SIZE = "size";

    /** Name of a file's type and permissions, {@code st_mode} of stat(2). */
    public static final String MODE = "mode";

    /** Name of the time of the last change, in seconds since 1970. */
    public static final String MODIFIED = "mtime";

    /** Name of the bytes that a file takes on its device: less than its size where it has holes. */
    public static final String ALLOCATED = "allocated";

    /** Name of what addresses must be multiples of when the file is opened with {@link FileOption#DIRECT}. */
    public static final String MEMORY_ALIGNMENT = "dio_mem_align";

    /** Name of what offsets and lengths must be multiples of then. */
    public static final String OFFSET_ALIGNMENT = "dio_offset_align";

    /** Copies. */
    public MemoryInfo {
        attributes = Map.copyOf(attributes);
    }

    /**
     * A file.
     *
     * @param bytes its size
     * @param mode type and permissions, as stat(2) has them
     * @param modified seconds since 1970
     */
    public static MemoryInfo file(long bytes, int mode, long modified) {
        return new MemoryInfo(
                Map.of(SIZE, Long.toString(bytes), MODE, Integer.toString(mode), MODIFIED, Long.toString(modified)));
    }

    /**
     * The size in bytes, if it is known.
     *
     * @throws NixlException with {@link ErrorCode#MISMATCH} when the backend's text is no number
     */
    public OptionalLong size() {
        return number(SIZE);
    }

    /**
     * A file's type and permissions, as stat(2) has them, if they are known.
     *
     * @throws NixlException with {@link ErrorCode#MISMATCH} when the backend's text is no number
     */
    public OptionalLong mode() {
        return number(MODE);
    }

    /**
     * When it was changed last, to the second, if that is known.
     *
     * @throws NixlException with {@link ErrorCode#MISMATCH} when the backend's text is no number
     */
    public Optional<Instant> modified() {
        OptionalLong seconds = number(MODIFIED);
        return seconds.isPresent() ? Optional.of(Instant.ofEpochSecond(seconds.getAsLong())) : Optional.empty();
    }

    /**
     * The bytes that a file takes on its device, if they are known.
     *
     * @throws NixlException with {@link ErrorCode#MISMATCH} when the backend's text is no number
     */
    public OptionalLong allocated() {
        return number(ALLOCATED);
    }

    /**
     * What transfers with the file must be multiples of when it is opened with {@link FileOption#DIRECT}, if kernel and file
     * system say.
     *
     * @throws NixlException with {@link ErrorCode#MISMATCH} when the backend's text is no alignment
     */
    public Optional<Alignment> alignment() {
        OptionalLong memory = number(MEMORY_ALIGNMENT);
        OptionalLong offset = number(OFFSET_ALIGNMENT);
        return memory.isPresent() && offset.isPresent()
                ? Optional.of(new Alignment((int) memory.getAsLong(), (int) offset.getAsLong(), true))
                : Optional.empty();
    }

    private OptionalLong number(String name) {
        String text = attributes.get(name);
        if (text == null) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            throw NixlException.of(ErrorCode.MISMATCH, "the backend's " + name + " is \"" + text + "\", no number")
                    .cause(e)
                    .build();
        }
    }
}
