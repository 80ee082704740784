// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.agent.internal.meeting.Command;
import io.jnixl.agent.internal.meeting.Door;
import io.jnixl.agent.internal.meeting.Endpoint;
import io.jnixl.api.Contact;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Peer;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Where another agent listens; the connection is the door's. */
final class ContactImpl implements Contact {
    private final String agentName;
    private final Endpoint endpoint;
    private final Door door;
    private final Tasks tasks;
    private final Turns turns;
    private final Peers peers;
    private final Supplier<byte[]> metadata;

    ContactImpl(String agentName, Endpoint endpoint, Door door, Tasks tasks, Peers peers, Supplier<byte[]> metadata) {
        this.agentName = agentName;
        this.endpoint = endpoint;
        this.door = door;
        this.tasks = tasks;
        this.turns = new Turns(tasks);
        this.peers = peers;
        this.metadata = metadata;
    }

    @Override
    public InetSocketAddress address() {
        return InetSocketAddress.createUnresolved(endpoint.host(), endpoint.port());
    }

    @Override
    public CompletableFuture<Peer> fetch() {
        return tasks.run("fetching metadata from " + endpoint, () -> peers.load(fetch(door, endpoint)));
    }

    /** Blocks; an interrupt ends it. */
    static byte[] fetch(Door door, Endpoint endpoint) throws InterruptedException {
        byte[] bytes = door.fetch(endpoint);
        if (bytes.length == 0) {
            throw NixlException.of(ErrorCode.NOT_FOUND, "the agent at " + endpoint + " has nothing to export")
                    .remedy("run a backend there that reaches other agents, such as UCX")
                    .build();
        }
        return bytes;
    }

    @Override
    public CompletableFuture<Void> send() {
        return say("sending metadata to " + endpoint, () -> new Command.Load(metadata.get()));
    }

    @Override
    public CompletableFuture<Void> send(byte[] bytes) {
        Command load = new Command.Load(bytes.clone());
        return say("sending metadata to " + endpoint, () -> load);
    }

    @Override
    public CompletableFuture<Void> invalidate() {
        return say("telling " + endpoint + " to forget agent " + agentName, () -> new Command.Invalidate(agentName));
    }

    private CompletableFuture<Void> say(String what, Supplier<Command> command) {
        return turns.run(what, () -> {
            door.say(endpoint, command.get());
            return null;
        });
    }

    @Override
    public String toString() {
        return "contact at " + endpoint;
    }
}
