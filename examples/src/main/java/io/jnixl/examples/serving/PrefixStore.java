// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.FileOption;
import io.jnixl.api.FileRegion;
import io.jnixl.api.Operation;
import io.jnixl.api.Prepared;
import io.jnixl.api.Transfer;
import io.jnixl.examples.serving.model.BlockTable;
import io.jnixl.examples.serving.model.ModelConfig;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Pages of finished prompts, kept in a file and found again by the tokens they stand for: a block is known by all tokens up to
 * its end, so that a prompt finds the blocks of any earlier prompt that it begins with.
 */
final class PrefixStore implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ModelConfig config;
    private final FilePages pages;
    private final FileRegion file;
    private final Transfer save;
    private final Transfer load;
    private final int capacity;

    /** First page in the file of a block, by the tokens up to its end; its layers lie behind each other. */
    private final Map<ByteBuffer, Integer> stored = new HashMap<>();

    private int used;
    private long savedBytes;
    private long loadedBytes;
    private long nanos;

    static PrefixStore open(Agent agent, Allocation memory, ModelConfig config, Path path, int capacity) {
        FileRegion file = agent.open(path, FileOption.READ, FileOption.WRITE, FileOption.CREATE);
        try {
            FilePages pages = FilePages.of(agent, memory, config.pageBytes(), file);
            try {
                return new PrefixStore(agent, pages, file, config, capacity);
            } catch (RuntimeException | Error e) {
                pages.close();
                throw e;
            }
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    private PrefixStore(Agent agent, FilePages pages, FileRegion file, ModelConfig config, int capacity) {
        this.config = config;
        this.capacity = capacity;
        this.pages = pages;
        this.file = file;
        DescriptorList inMemory = pages.blocks();
        DescriptorList inFile = file.blocks(config.pageBytes(), capacity);
        int most = config.layers() * config.blocksFor(config.maxTokens());
        try (Prepared local = agent.prepare(inMemory);
                Prepared remote = agent.prepare(agent.self(), inFile)) {
            save = transfer(agent, Operation.WRITE, local, remote, "offload", most);
            try {
                load = transfer(agent, Operation.READ, local, remote, "restore", most);
            } catch (RuntimeException | Error e) {
                save.close();
                throw e;
            }
        }
    }

    private static Transfer transfer(
            Agent agent, Operation operation, Prepared local, Prepared remote, String label, int most) {
        return agent.transfer(operation, local, remote)
                .label(label)
                .capacity(most)
                .deadline(PATIENCE)
                .prepare();
    }

    /** Where the pages are that go to the file. */
    String place() {
        return pages.place();
    }

    Transfer anyTransfer() {
        return save;
    }

    long savedBytes() {
        return savedBytes;
    }

    long loadedBytes() {
        return loadedBytes;
    }

    double gigabytesPerSecond() {
        return nanos == 0 ? 0 : (double) (savedBytes + loadedBytes) / nanos;
    }

    /** Leading blocks of the prompt that are in the file; the last token is left for the model to compute. */
    int knownBlocks(byte[] prompt) {
        int blocks = 0;
        while ((blocks + 1) * ModelConfig.BLOCK_TOKENS < prompt.length && stored.containsKey(key(prompt, blocks))) {
            blocks++;
        }
        return blocks;
    }

    /** Fills the first blocks of the table from the file. */
    void restore(byte[] prompt, BlockTable table, int blocks) {
        int[] taken = new int[blocks * config.layers()];
        int[] places = new int[taken.length];
        for (int block = 0; block < blocks; block++) {
            int place = Objects.requireNonNull(stored.get(key(prompt, block)), "knownBlocks says how many there are");
            collect(table, block, place, block * config.layers(), taken, places);
        }
        run(load, taken, places, taken.length);
        pages.toPool(taken, taken.length);
        loadedBytes += (long) taken.length * config.pageBytes();
    }

    /** Writes the prompt's full blocks that are not in the file yet. */
    void offload(byte[] prompt, BlockTable table) {
        int full = prompt.length / ModelConfig.BLOCK_TOKENS;
        int[] given = new int[full * config.layers()];
        int[] places = new int[given.length];
        int n = 0;
        for (int block = 0; block < full; block++) {
            ByteBuffer key = key(prompt, block);
            if (!stored.containsKey(key) && used + config.layers() <= capacity) {
                collect(table, block, used, n, given, places);
                stored.put(key, used);
                used += config.layers();
                n += config.layers();
            }
        }
        if (n > 0) {
            pages.fromPool(given, n);
            run(save, given, places, n);
            savedBytes += (long) n * config.pageBytes();
        }
    }

    private void collect(BlockTable table, int block, int place, int at, int[] numbers, int[] places) {
        for (int layer = 0; layer < config.layers(); layer++) {
            numbers[at + layer] = table.page(layer, block);
            places[at + layer] = place + layer;
        }
    }

    private void run(Transfer transfer, int[] numbers, int[] places, int n) {
        long start = System.nanoTime();
        transfer.select(numbers, places, n);
        Prefiller.check(transfer, transfer.post());
        Prefiller.check(transfer, transfer.await());
        nanos += System.nanoTime() - start;
    }

    private static ByteBuffer key(byte[] prompt, int block) {
        byte[] tokens = new byte[(block + 1) * ModelConfig.BLOCK_TOKENS];
        System.arraycopy(prompt, 0, tokens, 0, tokens.length);
        return ByteBuffer.wrap(tokens).asReadOnlyBuffer();
    }

    @Override
    public void close() {
        save.close();
        load.close();
        file.close();
        pages.close();
    }
}
