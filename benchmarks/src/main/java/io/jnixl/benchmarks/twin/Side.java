// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.twin;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Two processes of one kind, connected: an initiator, which is timed, and its target. They sleep while nobody asks. */
final class Side implements AutoCloseable {
    private static final long BEFORE = 1;

    private final String name;
    private final long memory;
    private final long warmUpMillis;
    private final Child target;
    private final Child initiator;
    private long seed = BEFORE;

    /**
     * Starts and connects them.
     *
     * @param memory bytes that each has
     * @param warmUpMillis how long it has to run before it is as fast as it gets
     * @param command by the name of the process
     * @param logs a folder for what they write to standard error
     */
    Side(
            String name,
            long memory,
            long warmUpMillis,
            Function<String, List<String>> command,
            Map<String, String> environment,
            Path logs) {
        this.name = name;
        this.memory = memory;
        this.warmUpMillis = warmUpMillis;
        target = child("target", command, environment, logs);
        initiator = child("initiator", command, environment, logs);
        String targets = target.expect("ready");
        String initiators = initiator.expect("ready");
        initiator.ask("connect " + targets);
        target.ask("connect " + initiators);
    }

    private Child child(
            String role, Function<String, List<String>> command, Map<String, String> environment, Path logs) {
        String process = name + "-" + role;
        return new Child(process, command.apply(process), environment, logs.resolve(process + ".log"));
    }

    long warmUpMillis() {
        return warmUpMillis;
    }

    Child initiator() {
        return initiator;
    }

    /** The processor time that both have taken. */
    Duration processorTime() {
        return initiator.processorTime().plus(target.processorTime());
    }

    /** Gets ready for the case, and sees that one post of it moves each byte. */
    void prepare(Case what) {
        if (!what.movesData()) {
            return;
        }
        Case.Kind operation = what.kind() == Case.Kind.READ ? Case.Kind.READ : Case.Kind.WRITE;
        initiator.ask("prepare " + operation + " " + what.block() + " " + what.count());
        long span = what.span(memory);
        Child source = operation == Case.Kind.READ ? target : initiator;
        Child sink = operation == Case.Kind.READ ? initiator : target;
        source.ask("fill " + nextSeed() + " " + span);
        sink.ask("fill " + nextSeed() + " " + span);
        String sent = source.ask("sum " + span);
        String stale = sink.ask("sum " + span);
        initiator.ask("run 1");
        String received = sink.ask("sum " + span);
        if (sent.equals(stale)
                || !received.equals(sent)
                || !source.ask("sum " + span).equals(sent)) {
            throw new IllegalStateException(name + ": " + what + " did not move the bytes");
        }
    }

    private long nextSeed() {
        seed += 1L << 32;
        return seed;
    }

    /** Does so many rounds, and answers the nanoseconds that they took; or would have, had each taken the median. */
    long run(Case what, int rounds) {
        if (what.isRoundTrip()) {
            target.ask("echo " + rounds);
        }
        long nanos = Long.parseLong(initiator.ask(what.command() + " " + rounds));
        return what.countsMedian() ? nanos * rounds : nanos;
    }

    @Override
    public void close() {
        initiator.close();
        target.close();
    }
}
