// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.api.Agent;
import io.jnixl.api.Subscription;
import io.jnixl.cli.run.Console;
import io.jnixl.cli.run.Endpoint;
import io.jnixl.cli.run.Exit;
import io.jnixl.cli.run.RunFailure;
import java.time.Duration;

/** What the target does: answers the initiator until that has finished. One thread. */
final class TargetLoop {
    private final Endpoint endpoint;
    private final Channel channel;
    private final Arrivals arrivals;
    private final Console console;
    private final Duration timeout;
    private int failed;

    TargetLoop(Endpoint endpoint, Channel channel, Arrivals arrivals, Console console, Duration timeout) {
        this.endpoint = endpoint;
        this.channel = channel;
        this.arrivals = arrivals;
        this.console = console;
        this.timeout = timeout;
    }

    /** Runs until FIN; answers the exit status. */
    int run() {
        try (Subscription _ = listen(endpoint.agent())) {
            while (true) {
                String line = channel.receive(timeout, "command");
                switch (Command.parse(line)) {
                    case Command.Fill(long seed) -> {
                        content(endpoint.memory().byteSize()).fill(seed);
                        endpoint.store();
                        channel.send(Command.FILLED);
                    }
                    case Command.Compare(Check check) -> channel.send(compare(check));
                    case Command.Count(long expected) -> channel.send(count(expected));
                    case Command.Alive() -> {}
                    case Command.Finish() -> {
                        channel.send(Command.BYE);
                        return failed == 0 ? Exit.OK : Exit.WRONG;
                    }
                    case null -> throw RunFailure.wrong("the initiator sends no command but " + line);
                }
            }
        }
    }

    private Subscription listen(Agent agent) {
        return agent.onNotification(arrivals);
    }

    private Content content(long bytes) {
        Area area = new Area(1, bytes);
        return new Content(area, _ -> endpoint.memory().asSlice(0, bytes));
    }

    private String compare(Check check) {
        long size = endpoint.memory().byteSize();
        Area area = new Area(1, check.bytes());
        if (check.bytes() > size || !area.holds(check.shape())) {
            return bad("size");
        }
        Placement places = Placement.of(check.shape(), area, check.locations(), check.places());
        endpoint.fetch();
        long wrong = content(check.bytes()).firstWrong(places, places, check.slots(), check.seed(), check.around());
        return wrong < 0 ? Command.OK : bad("byte at " + wrong);
    }

    private String count(long expected) {
        long came = arrivals.await(expected, timeout);
        return came == expected ? Command.OK : bad(came + " notifications instead of " + expected);
    }

    private String bad(String what) {
        failed++;
        console.complain("wrong: " + what);
        return "BAD " + what;
    }
}
