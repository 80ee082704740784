// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.api.Notification;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Prepared;
import io.jnixl.api.RemoteRegion;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.examples.serving.model.BlockTable;
import io.jnixl.examples.serving.model.ModelConfig;
import io.jnixl.examples.serving.model.PagePool;
import io.jnixl.examples.serving.model.Transformer;
import io.jnixl.examples.serving.model.Weights;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The prefill side: computes prompts that it is asked for and pushes each layer's pages while it computes the next layer.
 *
 * <p>Everything is prepared once: one transfer a layer, aimed at other pages for each prompt.
 */
final class Prefiller implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Agent agent;
    private final Peer decode;
    private final Allocation memory;
    private final PagePool pool;
    private final Transformer model;
    private final List<Transfer> pushes = new ArrayList<>();
    private final Overlap overlap = new Overlap();

    Prefiller(Agent agent, Peer decode, Weights weights) {
        ModelConfig config = weights.config();
        this.agent = agent;
        this.decode = decode;
        this.memory = agent.allocate(poolBytes(config));
        this.pool = new PagePool(memory.segment(), config);
        this.model = new Transformer(config, weights);
        DescriptorList mine = DescriptorList.blocks(memory.segment(), config.pageBytes());
        DescriptorList theirs = pool(decode).blocks(config.pageBytes());
        try (Prepared local = agent.prepare(mine);
                Prepared remote = agent.prepare(decode, theirs)) {
            for (int layer = 0; layer < config.layers(); layer++) {
                pushes.add(agent.transfer(Operation.WRITE, local, remote)
                        .label("layer " + layer)
                        .capacity(config.blocksFor(config.maxTokens()))
                        .withNotifications()
                        .statistics(true)
                        .deadline(PATIENCE)
                        .prepare());
            }
        }
    }

    /** Decode's pool, which is host memory whatever else decode publishes. */
    private static RemoteRegion pool(Peer decode) {
        return decode.regions().stream()
                .filter(region -> region.kind() == MemoryKind.DRAM)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(decode.name() + " has published no pool"));
    }

    /** Room for two of the longest sequences, on either side. */
    static long poolBytes(ModelConfig config) {
        return 2L * config.layers() * config.blocksFor(config.maxTokens()) * config.pageBytes();
    }

    /** What decode needs to know. */
    Introduction introduction() {
        return new Introduction(
                ProcessHandle.current().pid(),
                agent.metadata(),
                Report.backends(agent),
                Report.choice(agent, pushes.getFirst()));
    }

    /** Serves requests until told to stop; what the pushes came to. */
    Figures serve() {
        while (true) {
            Notification next = agent.awaitNotification(decode.name(), PATIENCE);
            switch (Messages.decode(next.bytes())) {
                case Messages.Prefill request -> prefill(request);
                case Messages.Stop stop -> {
                    return overlap.figures();
                }
                default -> throw new IllegalStateException("unexpected message " + next);
            }
        }
    }

    private void prefill(Messages.Prefill request) {
        try (BlockTable table = new BlockTable(pool)) {
            table.reserve(request.prompt().length);
            long start = System.nanoTime();
            int token = model.prefill(request.prompt(), table, layer -> push(request, table, layer));
            long end = System.nanoTime();
            for (Transfer push : pushes) {
                check(push, push.await());
                overlap.add(start, end, push.statistics());
            }
            agent.sendNotification(decode, Messages.encode(new Messages.FirstToken(request.request(), token)));
        }
    }

    private void push(Messages.Prefill request, BlockTable table, int layer) {
        int[] theirs = request.pages()[layer];
        int[] mine = new int[theirs.length];
        for (int block = 0; block < mine.length; block++) {
            mine[block] = table.page(layer, block);
        }
        Transfer push = pushes.get(layer);
        push.select(mine, theirs, mine.length);
        check(push, push.post(Messages.encode(new Messages.Layer(request.request(), layer))));
    }

    static void check(Transfer transfer, Status status) {
        if (status != Status.SUCCESS && status != Status.IN_PROGRESS) {
            throw new NixlException(
                    status.isError() ? io.jnixl.api.ErrorCode.of(status) : io.jnixl.api.ErrorCode.UNKNOWN,
                    transfer.failure().toString());
        }
    }

    @Override
    public void close() {
        pushes.forEach(Transfer::close);
        memory.close();
    }
}
