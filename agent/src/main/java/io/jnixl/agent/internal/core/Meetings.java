// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import io.jnixl.agent.internal.config.AgentOptions;
import io.jnixl.agent.internal.config.Settings;
import io.jnixl.agent.internal.meeting.Door;
import io.jnixl.agent.internal.meeting.Endpoint;
import io.jnixl.agent.internal.meeting.Household;
import io.jnixl.agent.internal.meeting.Limits;
import io.jnixl.agent.internal.meeting.Permission;
import io.jnixl.api.Contact;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.Listener;
import io.jnixl.api.NixlException;
import io.jnixl.api.Peer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** The agent's side of meeting others: what comes in by the door goes to the peers, and what goes out ends in time. */
final class Meetings implements Household {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String agentName;
    private final Settings settings;
    private final Peers peers;
    private final Tasks tasks;
    private final Door door;
    private volatile Supplier<byte[]> metadata = () -> new byte[0];

    /** Checks the settings. */
    Meetings(String agentName, Settings settings, Peers peers, Tasks tasks) {
        this.agentName = agentName;
        this.settings = settings;
        this.peers = peers;
        this.tasks = tasks;
        this.door = new Door(
                agentName,
                this,
                Permission.of(settings.get(AgentOptions.LISTEN_COMMANDS)),
                settings.get(AgentOptions.LISTEN_SECRET),
                settings.get(AgentOptions.LISTEN_CONNECTIONS),
                Limits.within(tasks.timeout()));
    }

    /** Whence to take the agent's own metadata, which comes to be after this. */
    void start(Supplier<byte[]> source) {
        metadata = source;
    }

    // ---- the application's

    Listener listen() {
        return door.listen(settings.get(AgentOptions.LISTEN_ADDRESS), settings.get(AgentOptions.LISTEN_PORT));
    }

    Listener listen(String host, int port) {
        return door.listen(host, port);
    }

    Contact contact(String host, int port) {
        return new ContactImpl(agentName, new Endpoint(host, port), door, tasks, peers, metadata);
    }

    CompletableFuture<Peer> connect(String name, String host, int port) {
        Endpoint endpoint = new Endpoint(host, port);
        if (name.isEmpty() || name.equals(agentName)) {
            return Tasks.failed(NixlException.of(ErrorCode.INVALID_PARAM, "an agent connects to another")
                    .remedy("use Agent.self() for transfers within the agent")
                    .build());
        }
        return tasks.run("connecting to agent " + name + " at " + endpoint, () -> {
            LivePeer peer = peers.load(ContactImpl.fetch(door, endpoint), name);
            peer.connect();
            return peer;
        });
    }

    // ---- the door's

    @Override
    public byte[] metadata() {
        return metadata.get();
    }

    @Override
    public void load(byte[] bytes) {
        peers.load(bytes);
    }

    @Override
    public boolean forget(String name) {
        return !name.equals(agentName)
                && peers.find(name)
                        .map(peer -> peers.forget(peer, "another agent says that it is gone"))
                        .orElse(false);
    }

    // ---- the end

    /** Lets nobody in any more; what this side waits for goes on. */
    void closeListeners() {
        door.closeListeners();
    }

    /** Ends all connections; their threads have a while to end, as there are others to wait for. */
    void close() {
        door.close(System.nanoTime() + PATIENCE_NANOS);
    }
}
