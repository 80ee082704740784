// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import io.jnixl.api.Peer;
import io.jnixl.cli.run.BufferDescription;
import io.jnixl.cli.run.Console;
import io.jnixl.cli.run.Endpoint;
import io.jnixl.cli.run.Exit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jnixl peer target}: offers memory and answers. */
@Command(name = "target", description = "Offers a buffer, does what the initiator asks, and ends with it.")
@SuppressWarnings("NullAway.Init") // picocli sets the options before it calls.
final class TargetCommand extends RoleCommand {
    @Mixin
    private MeetingOptions meeting;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the agent; \"target\" unless given.")
    private String name = "target";

    @Option(
            names = "--publish-only",
            paramLabel = Flag.LABEL,
            converter = Flag.Converter.class,
            description =
                    "1: publish the files and end at once. The memory is gone then: good for reading metadata only.")
    private Flag publishOnly = Flag.OFF;

    @Mixin
    private CommonOptions common;

    TargetCommand(BooleanSupplier verbose) {
        super(verbose);
    }

    @Override
    CommonOptions common() {
        return common;
    }

    @Override
    @Nullable
    String wrong() {
        if (!BufferDescription.isName(name)) {
            return "--name '" + name + "' is empty or has blanks";
        }
        if (!meeting.hasPartner() && !publishOnly.on()) {
            return "--peer-md is missing; only --publish-only 1 goes without";
        }
        return meeting.wrong();
    }

    @Override
    int run(Console console) {
        return meeting.own().during(() -> meet(console));
    }

    private int meet(Console console) {
        try (Endpoint endpoint = Endpoint.open(name, common.ucx(), meeting.size(), common.allocator())) {
            meeting.own().publish(endpoint);
            console.say(name + " has published " + meeting.own().metadata());
            return publishOnly.on() ? Exit.OK : serve(endpoint, meeting.partner(), common, console, () -> false);
        }
    }

    /** Waits for the partner and serves it; answers the exit status. */
    static int serve(
            Endpoint endpoint, MeetingFiles partner, CommonOptions common, Console console, BooleanSupplier stop) {
        partner.await(false, common.timeout(), stop);
        Peer peer = partner.load(endpoint.agent());
        console.say(endpoint.agent().name() + " serves " + peer.name());
        Mailbox mailbox = new Mailbox(endpoint.agent(), peer, console, stop);
        return new TargetLoop(endpoint.memory(), mailbox, console, common.timeout()).serve();
    }
}
