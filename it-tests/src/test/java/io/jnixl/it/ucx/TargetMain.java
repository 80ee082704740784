// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import io.jnixl.api.Agent;
import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.Notification;
import io.jnixl.api.RemoteRegion;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * An agent in a process of its own, with one region. It does what lines on standard input say and answers each with a line
 * that starts with {@link #ANSWER}; it ends with its input.
 */
final class TargetMain {
    static final String ANSWER = "answer ";

    /** A system property. */
    static final String ERROR_MODE = "target.error_mode";

    static final Duration LIMIT = Duration.ofSeconds(60);

    private final Agent agent;
    private final MemorySegment memory;

    private TargetMain(Agent agent, MemorySegment memory) {
        this.agent = agent;
        this.memory = memory;
    }

    /** Arguments: name, bytes, private or allocated, file for the metadata, engine_config. */
    public static void main(String[] args) throws IOException {
        Config config = Config.empty()
                .with("agent.backends", "UCX")
                .with("backends.UCX.engine_config", args[4])
                .with("backends.UCX.ucx_error_handling_mode", System.getProperty(ERROR_MODE, "peer"));
        long bytes = Long.parseLong(args[1]);
        // the agent goes first: a registration must not outlive its memory
        try (Arena arena = Arena.ofShared();
                Agent agent = Agent.builder(args[0]).config(config).build()) {
            MemorySegment memory;
            if (args[2].equals("allocated")) {
                memory = agent.allocate(bytes).segment();
            } else {
                memory = arena.allocate(bytes, 4096);
                agent.register(memory);
            }
            Files.write(Path.of(args[3]), agent.metadata());
            System.out.println(ANSWER + "ready");
            new TargetMain(agent, memory).serve();
        }
    }

    private void serve() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", -1);
            System.out.println(ANSWER + answer(words));
        }
    }

    private String answer(String[] words) throws IOException {
        return switch (words[0]) {
            case "fill" -> {
                Pattern.fill(part(words), Long.parseLong(words[3]), 0);
                yield "ok";
            }
            case "check" -> {
                long wrong = Pattern.firstWrong(part(words), Long.parseLong(words[3]), 0);
                yield wrong < 0 ? "ok" : "wrong at " + wrong;
            }
            case "stripes" -> stripes(Integer.parseInt(words[1]), Integer.parseInt(words[2]), Long.parseLong(words[3]));
            case "await" -> describe(agent.awaitNotification(LIMIT));
            case "load" -> agent.loadPeer(Files.readAllBytes(Path.of(words[1]))).name();
            case "send" -> {
                agent.sendNotification(agent.peer(words[1]).orElseThrow(), words[2]);
                yield "ok";
            }
            case "keep" ->
                keep(words[1].equals("read"), words[2], Integer.parseInt(words[3]), Integer.parseInt(words[4]));
            case "listen" -> Integer.toString(agent.listen("127.0.0.1", 0).port());
            case "close" -> {
                agent.close();
                yield "ok";
            }
            case "still" -> "ok";
            case "peers" -> agent.peers().toString();
            default -> "what is " + words[0] + "?";
        };
    }

    /** So many transfers at a time of so many bytes each, again and again, from now on; answers when all have succeeded once. */
    private String keep(boolean reading, String peer, int count, int bytes) {
        RemoteRegion region = agent.peer(peer).orElseThrow().region(0);
        List<Transfer> all = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            MemorySegment here = memory.asSlice(i * bytes, bytes);
            DescriptorList there = region.slice(i * bytes, bytes);
            all.add((reading ? agent.read(there).into(here) : agent.write(here).to(there)).prepare());
        }
        String failure = round(all);
        if (failure.isEmpty()) {
            Thread.ofPlatform().daemon().start(() -> {
                while (round(all).isEmpty()) {}
            });
        }
        return failure.isEmpty() ? "ok" : failure;
    }

    private static String round(List<Transfer> all) {
        all.forEach(Transfer::post);
        for (Transfer each : all) {
            if (each.await(LIMIT) != Status.SUCCESS) {
                return each.toString();
            }
        }
        return "";
    }

    private MemorySegment part(String[] words) {
        return memory.asSlice(Long.parseLong(words[1]), Long.parseLong(words[2]));
    }

    /** Every second block must hold its pattern, and those between must be zero. */
    private String stripes(int count, int bytes, long seed) {
        for (long i = 0; i < count; i++) {
            long wrong = Pattern.firstWrong(memory.asSlice(2 * i * bytes, bytes), seed, i * bytes);
            if (wrong >= 0) {
                return "block " + i + " is wrong at " + wrong;
            }
            MemorySegment gap = memory.asSlice((2 * i + 1) * bytes, bytes);
            for (long at = 0; at < bytes; at++) {
                if (gap.get(java.lang.foreign.ValueLayout.JAVA_BYTE, at) != 0) {
                    return "the gap after block " + i + " was written to";
                }
            }
        }
        return "ok";
    }

    static String describe(Notification notification) {
        CRC32 sum = new CRC32();
        sum.update(notification.bytes());
        return notification.from() + " " + notification.bytes().length + " " + sum.getValue();
    }
}
