// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.api.DescriptorList;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.Peer;
import io.jnixl.api.RemoteRegion;
import io.jnixl.cli.Text;
import io.jnixl.cli.run.RunFailure;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The buffer of another process, which does what this side asks over the channel. */
final class RemoteMemory implements Far {
    private static final int MOST_CHARACTERS = 120;

    private final Peer peer;
    private final RemoteRegion buffer;
    private final Area area;
    private final Channel channel;
    private final Duration timeout;

    RemoteMemory(Peer peer, RemoteRegion buffer, Area area, Channel channel, Duration timeout) {
        this.peer = peer;
        this.buffer = buffer;
        this.area = area;
        this.channel = channel;
        this.timeout = timeout;
    }

    @Override
    public Area area() {
        return area;
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public String description() {
        String where = buffer.kind() == MemoryKind.VRAM ? ", on its GPU " + buffer.device() : "";
        return "memory of another process" + where;
    }

    @Override
    public DescriptorList blocks(Placement placement, int first) {
        return memory(placement, first, buffer.kind(), buffer.device(), buffer.address());
    }

    /** Blocks of memory that starts at an address. */
    static DescriptorList memory(Placement placement, int first, MemoryKind kind, long device, long address) {
        Shape shape = placement.shape();
        long[] addresses = new long[shape.batch()];
        long[] lengths = new long[shape.batch()];
        Arrays.fill(lengths, shape.block());
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = address + placement.position(first + i);
        }
        return DescriptorList.of(kind, device, addresses, lengths);
    }

    @Override
    public void begin(long seed) {
        fill(seed);
    }

    @Override
    public void fill(long seed) {
        String answer = ask(new Command.Fill(seed));
        if (!answer.equals(Command.FILLED)) {
            throw RunFailure.wrong("the target answers " + shorten(answer) + " to FILL");
        }
    }

    @Override
    public @Nullable String compare(Check check) {
        return wrong(ask(new Command.Compare(check)));
    }

    @Override
    public @Nullable String count(long notifications) {
        return wrong(ask(new Command.Count(notifications)));
    }

    private static @Nullable String wrong(String answer) {
        return answer.equals(Command.OK) ? null : "the target answers " + shorten(answer);
    }

    @Override
    public void alive() {
        channel.send(new Command.Alive().line());
    }

    @Override
    public void finish() {
        String answer = ask(new Command.Finish());
        if (!answer.equals(Command.BYE)) {
            throw RunFailure.wrong("the target answers " + shorten(answer) + " to FIN");
        }
    }

    private String ask(Command command) {
        channel.send(command.line());
        return channel.receive(timeout, "answer to " + command.line());
    }

    private static String shorten(String text) {
        return Text.line(text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS) + "...");
    }
}
