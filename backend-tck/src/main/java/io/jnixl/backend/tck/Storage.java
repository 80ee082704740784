// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * How storage for a test is made: files, objects, volumes. Each clause asks for numbers that it has not used before.
 *
 * <p>What is written is read back through the backend itself, unless this is {@link Visible} too.
 *
 * @since 0.1
 */
public interface Storage {

    /** What kind of storage this is. */
    MemoryKind kind();

    /**
     * The region to register for the store of this number.
     *
     * @param number tells it from others; its device
     * @param bytes there must be room for this many, from offset 0
     */
    MemoryRegion region(int number, int bytes);

    /**
     * Storage that can be looked at behind the backend's back, which catches more: a backend that writes and reads in the
     * same wrong way.
     *
     * @since 0.1
     */
    interface Visible extends Storage {
        /** The first bytes of a store. */
        byte[] read(int number, int bytes);

        /** Overwrites the first bytes of a store. */
        void write(int number, byte[] content);
    }

    /** Objects, or the like, that are known by a name alone and made when first written; the name is the meta information. */
    static Storage named(MemoryKind kind, String prefix) {
        return new Storage() {
            @Override
            public MemoryKind kind() {
                return kind;
            }

            @Override
            public MemoryRegion region(int number, int bytes) {
                byte[] name = (prefix + number).getBytes(StandardCharsets.UTF_8);
                return MemoryRegion.storage(kind, number, 0, 0, name);
            }
        };
    }

    /** Files in a folder, opened by path mode, such as {@code rw} or {@code rw,sync}. */
    static Visible files(Path folder, String mode) {
        return new FileStorage(folder, mode);
    }
}
