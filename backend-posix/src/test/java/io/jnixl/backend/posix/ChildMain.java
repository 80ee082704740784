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
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Runs in a process whose rights a test has cut down, and says on standard output how it fared. */
final class ChildMain {
    private static final long SIZE = 3 << 20;
    private static final long TOO_MUCH = 16 << 20;
    private static final int BLOCK = 4096;
    private static final long MOST_BLOCKS = 10_000; // the image has room for them

    private ChildMain() {}

    /** Engine by engine: {@code work} moves a file there and back in the folder, {@code fill} writes until it is full. */
    public static void main(String[] args) {
        Path folder = Path.of(args[1]);
        if (args[0].equals("durable")) {
            writeBlocks(folder, args[2], args[3]);
            return;
        }
        if (args[0].equals("durable-check")) {
            System.out.println(countBlocks(folder, Integer.parseInt(args[2])));
            return;
        }
        System.out.println("availability: " + availability());
        for (int i = 2; i < args.length; i++) {
            System.out.println(args[i] + ": "
                    + switch (args[0]) {
                        case "fill" -> fill(args[i], "rw,create", folder);
                        case "fill-direct" -> fill(args[i], "rw,create,direct", folder);
                        default -> work(args[i], folder);
                    });
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

    private static String fill(String engine, String mode, Path folder) {
        Path path = folder.resolve("full");
        try (Arena arena = Arena.ofShared();
                TestAgent a = new TestAgent(engine)) {
            MemorySegment out = arena.allocate(TOO_MUCH, 4096);
            RegisteredMemory file = a.file(mode, path);
            Xfer write = a.xfer(Operation.WRITE, a.register(out), file, 2).add(out.address(), 0, 4096);
            write.post().end(); // has room
            write.add(out.address(), 4096, TOO_MUCH - 4096).post().end();
            return write.outcome.toString();
        } finally {
            delete(path);
        }
    }

    /** Writes block after block, and says so of each, until it is killed. */
    private static void writeBlocks(Path folder, String engine, String durable) {
        try (Arena arena = Arena.ofShared();
                TestAgent a = new TestAgent(engine)) {
            MemorySegment block = arena.allocate(BLOCK, BLOCK);
            RegisteredMemory file = a.file("rw,create", folder.resolve("blocks"));
            Xfer write = a.write(a.register(block), List.of(file), Map.of("durable", durable));
            for (long i = 0; i < MOST_BLOCKS; i++) {
                block.fill((byte) (i + 1));
                write.clear().add(block.address(), i * BLOCK, BLOCK);
                if (write.post().end() != Status.SUCCESS) {
                    throw new AssertionError(write.outcome.toString());
                }
                System.out.println("wrote " + i + ".");
                System.out.flush();
            }
            Await.until("to be killed", () -> false);
        }
    }

    private static String countBlocks(Path folder, int reported) {
        try {
            Path path = folder.resolve("blocks");
            byte[] all = Files.exists(path) ? Files.readAllBytes(path) : new byte[0];
            int there = 0;
            for (int i = 0; i < reported && (i + 1) * BLOCK <= all.length; i++) {
                byte[] expected = new byte[BLOCK];
                Arrays.fill(expected, (byte) (i + 1));
                there += Arrays.equals(all, i * BLOCK, (i + 1) * BLOCK, expected, 0, BLOCK) ? 1 : 0;
            }
            return "of " + reported + " blocks " + there + " are there";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
