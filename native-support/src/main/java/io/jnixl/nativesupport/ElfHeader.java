// SPDX-License-Identifier: Apache-2.0
package io.jnixl.nativesupport;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** The few bytes of a shared library's file that say which processor it is made for; see elf(5). */
record ElfHeader(boolean wide, int machine) {
    private static final int MAGIC = 0x7f454c46;
    private static final int SIZE = 20;
    private static final int CLASS_OFFSET = 4;
    private static final int ORDER_OFFSET = 5;
    private static final int MACHINE_OFFSET = 18;
    private static final byte CLASS_64 = 2;
    private static final byte BIG_ENDIAN = 2;
    private static final int AMD64 = 62;
    private static final int AARCH64 = 183;

    /**
     * Reads it.
     *
     * @throws IOException when the file cannot be read or is something else
     */
    static ElfHeader read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(SIZE);
        }
        ByteBuffer header = ByteBuffer.wrap(bytes);
        if (bytes.length < SIZE || header.getInt(0) != MAGIC) {
            throw new IOException("it is not a shared library (no ELF header)");
        }
        header.order(bytes[ORDER_OFFSET] == BIG_ENDIAN ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        return new ElfHeader(bytes[CLASS_OFFSET] == CLASS_64, Short.toUnsignedInt(header.getShort(MACHINE_OFFSET)));
    }

    /** True also on a processor that we do not know: then the loader's word counts. */
    boolean fitsThisJvm() {
        int expected = switch (System.getProperty("os.arch", "")) {
            case "amd64", "x86_64" -> AMD64;
            case "aarch64" -> AARCH64;
            default -> machine;
        };
        return wide && machine == expected;
    }

    private String name() {
        return switch (machine) {
            case 3 -> "i386";
            case 21 -> "ppc64";
            case 22 -> "s390x";
            case 40 -> "arm";
            case AMD64 -> "amd64";
            case AARCH64 -> "aarch64";
            case 243 -> "riscv64";
            default -> "ELF machine " + machine;
        };
    }

    @Override
    public String toString() {
        return name() + (wide ? "" : " (32 bit)");
    }
}
