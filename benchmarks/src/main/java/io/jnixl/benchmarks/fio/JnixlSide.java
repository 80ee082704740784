// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.fio;

import com.sun.management.OperatingSystemMXBean;
import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.FileOption;
import io.jnixl.api.FileRegion;
import io.jnixl.api.Operation;
import io.jnixl.api.Prepared;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import java.lang.management.ManagementFactory;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Runs jnixl for an interval, in this process, which stays warm between intervals. The whole way: agent, transfer, another
 * choice of blocks for each post, and the wait for its end.
 *
 * <p>From depth 16 on one transfer of many descriptors, of which the backend keeps as many under way as {@code
 * kernel_queue_size} says. Below, which that option does not reach, as many transfers of one descriptor, each posted again
 * when it has ended.
 */
final class JnixlSide implements AutoCloseable {
    private static final int LEAST_WINDOW = 16;
    private static final int BATCH = 8192;
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final Case what;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Agent agent;
    private final FileRegion file;
    private final Allocation memory;
    private final Prepared mine;
    private final Prepared theirs;
    private final int blocks;
    private final int batch;
    private final Transfer[] transfers;
    private final int[] local;
    private final int[] remote;

    JnixlSide(Case what) {
        this.what = what;
        Config config = Config.empty()
                .with("agent.backends", "POSIX")
                .with("backends.POSIX.engine", what.engine())
                .with("backends.POSIX.kernel_queue_size", Integer.toString(what.depth()));
        for (Map.Entry<String, String> e : what.rest().entrySet()) {
            String key = e.getKey();
            config = config.with(key.contains(".") ? key : "backends.POSIX." + key, e.getValue());
        }
        agent = Agent.builder("bench").config(config).build();
        file = agent.open(what.file(), options(what).toArray(FileOption[]::new));
        blocks = (int) Math.min(Integer.MAX_VALUE, file.size() / what.block());
        memory = agent.allocate((long) what.depth() * what.block());
        mine = agent.prepare(DescriptorList.blocks(memory.segment(), what.block()));
        theirs = agent.prepare(agent.self(), file.blocks(what.block()));
        batch = what.depth() >= LEAST_WINDOW ? BATCH : 1;
        transfers = new Transfer[batch > 1 ? 1 : what.depth()];
        for (int i = 0; i < transfers.length; i++) {
            transfers[i] = agent.transfer(what.write() ? Operation.WRITE : Operation.READ, mine, theirs)
                    .capacity(batch)
                    .prepare();
        }
        local = new int[batch];
        remote = new int[batch];
    }

    private static Set<FileOption> options(Case what) {
        Set<FileOption> options = EnumSet.of(FileOption.READ);
        if (what.write()) {
            options.add(FileOption.WRITE);
        }
        if (what.direct()) {
            options.add(FileOption.DIRECT);
        }
        return options;
    }

    Sample run(long nanos) {
        long cpu = SYSTEM.getProcessCpuTime();
        long start = System.nanoTime();
        long ios = batch > 1 ? batches(start, nanos) : singles(start, nanos);
        long took = System.nanoTime() - start;
        return new Sample(ios, took, SYSTEM.getProcessCpuTime() - cpu);
    }

    private long batches(long start, long nanos) {
        long ios = 0;
        while (System.nanoTime() - start < nanos) {
            post(0);
            check(transfers[0].await());
            ios += batch;
        }
        return ios;
    }

    /** They end in nearly the order of their posts, so one waits for the oldest; the others go on meanwhile. */
    private long singles(long start, long nanos) {
        long ios = 0;
        for (int i = 0; i < transfers.length; i++) {
            post(i);
        }
        int oldest = 0;
        while (System.nanoTime() - start < nanos) {
            check(transfers[oldest].await());
            ios++;
            post(oldest);
            oldest = (oldest + 1) % transfers.length;
        }
        for (Transfer transfer : transfers) {
            check(transfer.await());
            ios++;
        }
        return ios;
    }

    private void post(int index) {
        for (int i = 0; i < batch; i++) {
            local[i] = (index + i) % what.depth();
            remote[i] = random.nextInt(blocks);
        }
        transfers[index].select(local, remote, batch);
        check(transfers[index].post());
    }

    private static void check(Status status) {
        if (status.isError()) {
            throw new IllegalStateException("ended as " + status);
        }
    }

    @Override
    public void close() {
        for (Transfer transfer : transfers) {
            transfer.close();
        }
        theirs.close();
        mine.close();
        memory.close();
        file.close();
        agent.close();
    }
}
