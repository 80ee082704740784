// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import io.jnixl.api.MemoryKind;
import io.jnixl.api.Operation;
import io.jnixl.api.TransferBuilder;
import io.jnixl.cli.run.BufferDescription;
import io.jnixl.cli.run.Console;
import io.jnixl.cli.run.Endpoint;
import io.jnixl.cli.run.Exit;
import io.jnixl.cli.run.RunFailure;
import java.time.Duration;

/** What the initiator does, from the first PING to FIN. One thread. */
final class Initiator {
    private static final long SEED_STEP = 1_000_003;

    /** What the target's memory holds before a WRITE. */
    private static final long OTHER_SEED = 1;

    private final Endpoint endpoint;
    private final BufferDescription target;
    private final Mailbox mailbox;
    private final RunOptions options;
    private final Console console;
    private final Duration timeout;
    private boolean right = true;

    Initiator(
            Endpoint endpoint,
            BufferDescription target,
            Mailbox mailbox,
            RunOptions options,
            Console console,
            Duration timeout) {
        this.endpoint = endpoint;
        this.target = target;
        this.mailbox = mailbox;
        this.options = options;
        this.console = console;
        this.timeout = timeout;
    }

    /** Runs it all; answers the exit status. */
    int run(int pings) {
        checkSize();
        if (pings > 0) {
            ping(pings);
        }
        long seed = options.seed();
        for (Case shape : options.cases().list()) {
            for (Operation operation : options.operations()) {
                run(shape, operation, seed);
                seed += SEED_STEP;
            }
        }
        demand(Command.FIN, Command.BYE);
        return right ? Exit.OK : Exit.WRONG;
    }

    private void checkSize() {
        Case largest = options.cases().largest();
        if (largest.bytes() > target.length()) {
            throw RunFailure.error("--cases " + largest + " needs " + largest.bytes() + " bytes, and the buffer of "
                    + target.agent() + " has " + target.length());
        }
    }

    private void ping(int pings) {
        long first = pingOnce();
        Latencies others = new Latencies(Math.max(1, pings - 1));
        for (int i = 1; i < pings; i++) {
            others.add(pingOnce());
        }
        if (others.count() == 0) {
            others.add(first);
        }
        console.result(Result.pings(options.label(), pings, first, others));
    }

    private long pingOnce() {
        long start = System.nanoTime();
        demand(Command.PING, Command.PONG);
        return System.nanoTime() - start;
    }

    private void run(Case shape, Operation operation, long seed) {
        Layout layout = Layout.of(shape, options.scatter());
        boolean write = operation == Operation.WRITE;
        demand(new Command.Fill(write ? OTHER_SEED : seed, shape.bytes()).message(), Command.FILLED);
        if (write) {
            layout.fill(endpoint.memory(), seed);
        } else {
            endpoint.memory().asSlice(0, shape.bytes()).fill((byte) 0);
        }
        Measurement measurement = options.measurement(shape, true, timeout);
        measurement.run(request(layout, operation));
        boolean far = checkFar(shape, operation, new Command.Check(seed, shape.bytes(), measurement.posts()));
        boolean near = write || checkNear(shape, layout, seed);
        boolean verified = far && near;
        right &= verified;
        console.result(Result.transfers(options.label(), operation, shape, measurement, verified));
    }

    /** A block is a descriptor, also where two happen to be neighbours. */
    private TransferBuilder request(Layout layout, Operation operation) {
        return endpoint.agent()
                .transfer(
                        operation,
                        layout.local(endpoint.memory()),
                        mailbox.partner(),
                        layout.far(MemoryKind.DRAM, 0, target.address()))
                .merging(false);
    }

    private boolean checkFar(Case shape, Operation operation, Command.Check check) {
        String answer = ask(check.message());
        if (!answer.equals(Command.OK)) {
            console.complain(operation + " " + shape + ": the target answers " + Mailbox.shorten(answer)
                    + "; expected OK" + " after " + check.transfers() + " notifications");
        }
        return answer.equals(Command.OK);
    }

    private boolean checkNear(Case shape, Layout layout, long seed) {
        long wrong = layout.firstWrong(endpoint.memory(), seed);
        if (wrong >= 0) {
            console.complain("READ " + shape + ": what came is wrong from local offset " + wrong);
        }
        return wrong < 0;
    }

    private String ask(String command) {
        mailbox.send(command);
        return mailbox.next(timeout, "answer to " + command);
    }

    private void demand(String command, String expected) {
        String answer = ask(command);
        if (!answer.equals(expected)) {
            throw RunFailure.wrong(
                    "the target answers " + Mailbox.shorten(answer) + " to " + command + "; expected " + expected);
        }
    }
}
