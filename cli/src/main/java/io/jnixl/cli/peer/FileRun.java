// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import io.jnixl.api.Agent;
import io.jnixl.api.FileRegion;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.Operation;
import io.jnixl.api.TransferBuilder;
import io.jnixl.cli.run.Console;
import io.jnixl.cli.run.Endpoint;
import io.jnixl.cli.run.Exit;
import java.time.Duration;

/**
 * Memory to file and back. Only the measured transfers go through the agent: the file is filled and verified by other means.
 */
final class FileRun {
    private static final long SEED_STEP = 1_000_003;

    /** What the file holds before a WRITE. */
    private static final long OTHER_SEED = 1;

    private final Endpoint endpoint;
    private final FileRegion file;
    private final RunOptions options;
    private final Console console;
    private final Duration timeout;

    FileRun(Endpoint endpoint, FileRegion file, RunOptions options, Console console, Duration timeout) {
        this.endpoint = endpoint;
        this.file = file;
        this.options = options;
        this.console = console;
        this.timeout = timeout;
    }

    /** Runs all cases; answers the exit status. */
    int run() {
        boolean right = true;
        long seed = options.seed();
        for (Case shape : options.cases().list()) {
            for (Operation operation : options.operations()) {
                right &= run(shape, operation, seed);
                seed += SEED_STEP;
            }
        }
        return right ? Exit.OK : Exit.WRONG;
    }

    private boolean run(Case shape, Operation operation, long seed) {
        Layout layout = Layout.of(shape, options.scatter());
        boolean write = operation == Operation.WRITE;
        FilePattern content = new FilePattern(file.path());
        content.fill(shape.bytes(), write ? OTHER_SEED : seed);
        if (write) {
            layout.fill(endpoint.memory(), seed);
        } else {
            endpoint.memory().asSlice(0, shape.bytes()).fill((byte) 0);
        }
        Measurement measurement = options.measurement(shape, false, timeout);
        measurement.run(request(layout, operation));
        long wrong = write ? content.firstWrong(shape.bytes(), seed) : layout.firstWrong(endpoint.memory(), seed);
        if (wrong >= 0) {
            console.complain(
                    operation + " " + shape + ": wrong from " + (write ? "file" : "memory") + " offset " + wrong);
        }
        console.result(Result.transfers(options.label(), operation, shape, measurement, wrong < 0));
        return wrong < 0;
    }

    private TransferBuilder request(Layout layout, Operation operation) {
        Agent agent = endpoint.agent();
        return agent.transfer(
                        operation,
                        layout.local(endpoint.memory()),
                        agent.self(),
                        layout.far(MemoryKind.FILE, file.device(), 0))
                .merging(false);
    }
}
