// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.posix;

import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.spi.Availability;
import io.jnixl.spi.RegisteredMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/** Runs in a process whose rights a test has cut down, and says on standard output how it fared. */
final class ChildMain {
    private static final long SIZE = 3 << 20;
    private static final long TOO_MUCH = 16 << 20;

    private ChildMain() {}

    /** Engine by engine: {@code work} moves a file there and back in the folder, {@code fill} writes until it is full. */
    public static void main(String[] args) {
        Path folder = Path.of(args[1]);
        System.out.println("availability: " + availability());
        for (int i = 2; i < args.length; i++) {
            System.out.println(
                    args[i] + ": " + (args[0].equals("fill") ? fill(args[i], folder) : work(args[i], folder)));
        }
    }

    private static String availability() {
        return new PosixBackendProvider().availability() instanceof Availability.Available answer
                ? answer.features().getFirst()
                : "none";
    }

    private static String work(String engine, Path folder) {
        try (Arena arena = Arena.ofShared();
                TestAgent a = new TestAgent(engine)) {
            MemorySegment out = arena.allocate(SIZE).fill((byte) 7);
            MemorySegment in = arena.allocate(SIZE);
            RegisteredMemory file = a.file("rw,create", folder.resolve("work-" + engine));
            Xfer write = a.xfer(Operation.WRITE, a.register(out), file, 1).add(out.address(), 0, SIZE);
            Xfer read = a.xfer(Operation.READ, a.register(in), file, 1).add(in.address(), 0, SIZE);
            boolean moved = write.post().end() == Status.SUCCESS && read.post().end() == Status.SUCCESS;
            return "moved " + (moved && in.mismatch(out) < 0) + " by "
                    + a.backend().engine().word();
        } catch (NixlException e) {
            return "refused " + e.getMessage();
        }
    }

    private static String fill(String engine, Path folder) {
        Path path = folder.resolve("full");
        try (Arena arena = Arena.ofShared();
                TestAgent a = new TestAgent(engine)) {
            MemorySegment out = arena.allocate(TOO_MUCH);
            RegisteredMemory file = a.file("rw,create", path);
            Xfer write = a.xfer(Operation.WRITE, a.register(out), file, 2).add(out.address(), 0, 4096);
            write.post().end(); // has room
            write.add(out.address(), 4096, TOO_MUCH - 4096).post().end();
            return write.outcome.toString();
        } finally {
            delete(path);
        }
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
