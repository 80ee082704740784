// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import io.jnixl.api.Peer;
import io.jnixl.cli.run.BufferDescription;
import io.jnixl.cli.run.Console;
import io.jnixl.cli.run.Endpoint;
import io.jnixl.cli.run.RunFailure;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code jnixl peer initiator}: moves bytes to and from the target, and measures. */
@Command(
        name = "initiator",
        description = "Moves bytes to the target's buffer and back, has them verified, and prints figures.")
@SuppressWarnings("NullAway.Init") // picocli sets the options before it calls.
final class InitiatorCommand extends RoleCommand {
    @Mixin
    private MeetingOptions meeting;

    @Mixin
    private RunOptions options;

    @Mixin
    private ContactOptions contact;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the agent; \"initiator\" unless given.")
    private String name = "initiator";

    @Mixin
    private CommonOptions common;

    InitiatorCommand(BooleanSupplier verbose) {
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
        if (!meeting.hasPartner()) {
            return "--peer-md is missing";
        }
        String wrong = meeting.wrong();
        return wrong == null ? options.wrong(meeting.size()) : wrong;
    }

    @Override
    int run(Console console) {
        return meeting.own().during(() -> meet(console));
    }

    private int meet(Console console) {
        try (Endpoint endpoint = Endpoint.open(name, common.ucx(), meeting.size(), common.allocator())) {
            meeting.own().publish(endpoint);
            console.say(name + " has published " + meeting.own().metadata());
            return initiate(endpoint, meeting.partner(), options, contact, common, console, () -> false);
        }
    }

    /** Waits for the partner and runs all cases; answers the exit status. */
    static int initiate(
            Endpoint endpoint,
            MeetingFiles partner,
            RunOptions options,
            ContactOptions contact,
            CommonOptions common,
            Console console,
            BooleanSupplier stop) {
        partner.await(true, common.timeout(), stop);
        BufferDescription target = partner.readDescription();
        Peer peer = partner.load(endpoint.agent());
        if (!peer.name().equals(target.agent())) {
            throw RunFailure.error("the files of " + partner.metadata() + " are of two runs: the metadata is of "
                    + peer.name() + ", the description of " + target.agent());
        }
        if (contact.connect()) {
            peer.connect();
        }
        console.say(endpoint.agent().name() + " has found " + peer.name());
        Mailbox mailbox = new Mailbox(endpoint.agent(), peer, console, stop);
        return new Initiator(endpoint, target, mailbox, options, console, common.timeout()).run(contact.pings());
    }
}
