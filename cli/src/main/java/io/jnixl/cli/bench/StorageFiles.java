// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.api.Agent;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.FileOption;
import io.jnixl.api.FileRegion;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.Peer;
import io.jnixl.cli.run.Pattern;
import io.jnixl.cli.run.RunFailure;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Files as the far side. They are filled and compared by the JDK's own means; only transfers go through the agent. */
final class StorageFiles implements Far, AutoCloseable {
    private static final int CHUNK = 1 << 20;

    private final Agent agent;
    private final Area area;
    private final List<Path> paths;
    private final List<Path> made = new ArrayList<>();
    private final List<FileRegion> regions = new ArrayList<>();

    private StorageFiles(Agent agent, Area area, List<Path> paths) {
        this.agent = agent;
        this.area = area;
        this.paths = List.copyOf(paths);
    }

    /**
     * Opens them, as long as the area's segments at least.
     *
     * @param direct whether transfers go past the page cache
     */
    static StorageFiles open(Agent agent, Area area, List<Path> paths, boolean direct) {
        StorageFiles files = new StorageFiles(agent, area, paths);
        try {
            for (Path path : paths) {
                files.open(path, direct);
            }
            return files;
        } catch (RuntimeException e) {
            files.close();
            throw e;
        }
    }

    private void open(Path path, boolean direct) {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            made.add(path);
        }
        List<FileOption> how = new ArrayList<>(List.of(FileOption.WRITE, FileOption.CREATE));
        if (direct) {
            how.add(FileOption.DIRECT);
        }
        regions.add(agent.open(path, how.toArray(FileOption[]::new)));
        grow(path);
    }

    /** With bytes, not with a hole: reading what was never written measures nothing. */
    private void grow(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
            for (long at = channel.size(); at < area.segmentBytes(); at += chunk.limit()) {
                chunk.clear().limit((int) Math.min(CHUNK, area.segmentBytes() - at));
                while (chunk.hasRemaining()) {
                    channel.write(chunk, at + chunk.position());
                }
            }
            channel.force(true);
        } catch (IOException e) {
            throw RunFailure.of(e);
        }
    }

    /** What offsets, lengths and addresses must be multiples of. */
    int alignment() {
        return regions.stream()
                .mapToInt(file -> file.alignment().strictest())
                .max()
                .orElse(1);
    }

    @Override
    public Area area() {
        return area;
    }

    @Override
    public Peer peer() {
        return agent.self();
    }

    @Override
    public String description() {
        return paths.size() == 1
                ? "file " + paths.getFirst()
                : String.format(Locale.ROOT, "%d files, the first of them %s", paths.size(), paths.getFirst());
    }

    @Override
    public DescriptorList blocks(Placement placement, int first) {
        return placement.inStorage(
                MemoryKind.FILE, first, segment -> regions.get(segment).device());
    }

    @Override
    public void begin(long seed) {
        // a file of the user's is not written to without need
    }

    @Override
    public void fill(long seed) {
        for (int i = 0; i < paths.size(); i++) {
            long start = i * area.segmentBytes();
            map(paths.get(i), segment -> {
                Pattern.fill(segment, seed, start);
                segment.force();
            });
        }
    }

    @Override
    public @Nullable String compare(Check check) {
        Placement places = Placement.of(check.shape(), area, check.locations(), check.places());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment[] maps = new MemorySegment[paths.size()];
            for (int i = 0; i < maps.length; i++) {
                try (FileChannel channel = FileChannel.open(paths.get(i), StandardOpenOption.READ)) {
                    long bytes = Math.min(channel.size(), area.segmentBytes());
                    maps[i] = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes, arena);
                }
            }
            long wrong = new Content(area, i -> maps[i])
                    .firstWrong(places, places, check.slots(), check.seed(), check.around());
            return wrong < 0
                    ? null
                    : "wrong from byte " + wrong % area.segmentBytes() + " of "
                            + paths.get((int) (wrong / area.segmentBytes()));
        } catch (IOException e) {
            throw RunFailure.of(e);
        }
    }

    private void map(Path path, Consumer<MemorySegment> use) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
                Arena arena = Arena.ofConfined()) {
            use.accept(channel.map(FileChannel.MapMode.READ_WRITE, 0, area.segmentBytes(), arena));
        } catch (IOException e) {
            throw RunFailure.of(e);
        }
    }

    @Override
    public @Nullable String count(long notifications) {
        throw new IllegalStateException("files hear no notifications");
    }

    @Override
    public void alive() {
        // there is nobody to tell
    }

    @Override
    public void finish() {
        // there is nobody to tell
    }

    /** Those that were made go again. */
    @Override
    public void close() {
        for (FileRegion region : regions) {
            region.close();
        }
        regions.clear();
        for (Path path : made) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw RunFailure.of(e);
            }
        }
    }
}
