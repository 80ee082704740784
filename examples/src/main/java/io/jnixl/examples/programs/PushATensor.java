// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.programs;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Listener;
import io.jnixl.api.Notification;
import io.jnixl.api.Peer;
import io.jnixl.api.Registration;
import io.jnixl.api.Transfer;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Pushes a tensor to another agent that is met over TCP: one side registers memory and listens; the other connects, writes,
 * and tells with the bytes that they have landed. Here both are threads of one process; across hosts, only the address differs.
 *
 * @since 0.1
 */
public final class PushATensor {
    private static final long BYTES = 1 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final PrintStream out;

    private PushATensor(PrintStream out) {
        this.out = out;
    }

    /** Pushes two layers. */
    public static void main(String[] args) {
        run(System.out);
    }

    static void run(PrintStream out) {
        PushATensor program = new PushATensor(out);
        CompletableFuture<Integer> port = new CompletableFuture<>();
        CompletableFuture<Void> decode =
                CompletableFuture.runAsync(() -> program.decode(port), Thread::startVirtualThread);
        var _ = decode.whenComplete((_, failure) -> {
            if (failure != null) {
                port.completeExceptionally(failure); // nobody will listen
            }
        });
        program.prefill(port.join());
        decode.join();
    }

    private void decode(CompletableFuture<Integer> port) {
        try (Agent agent = Agent.create("decode-0");
                Arena arena = Arena.ofShared()) {
            MemorySegment kv = arena.allocate(BYTES, 4096);
            try (Registration _ = agent.register(kv);
                    Listener door = agent.listen("127.0.0.1", 0)) { // after registering: peers see the region
                port.complete(door.port());
                hear(agent, kv);
            }
        }
    }

    private void hear(Agent agent, MemorySegment kv) {
        while (true) {
            Notification done = agent.awaitNotification("prefill-0", PATIENCE); // parks, virtual threads welcome
            if (done.text().equals("end")) {
                return;
            }
            out.println(done.text() + ": " + kv.get(ValueLayout.JAVA_INT, 0));
        }
    }

    private void prefill(int port) {
        try (Agent agent = Agent.create("prefill-0")) {
            Peer decode = agent.connect("decode-0", "127.0.0.1", port).join(); // fetches metadata, connects
            try (Allocation kv = agent.allocate(BYTES); // fast memory, registered at once
                    Transfer push = agent.write(kv.segment().asSlice(0, 4096))
                            .to(decode.region(0).slice(0, 4096))
                            .notifying("layer 0")
                            .prepare()) {
                kv.segment().set(ValueLayout.JAVA_INT, 0, 40);
                push.post();
                out.println("first push: " + push.await());
                push.post("layer 1"); // same transfer again: no allocation, no look-up
                out.println("second push: " + push.await());
            }
            agent.sendNotification(decode, "end");
        }
    }
}
