// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.agent.AgentAssembly;
import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.Config;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.api.TransferBuilder;
import io.jnixl.spi.SelectionPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a rule that goes by measurement does: ONE is tried first, then TWO, then THREE. Speeds are put into the figures, so that
 * no clock decides.
 */
final class MeasurementTest extends CoreFixture {
    /** One more than counts. */
    private static final int TRIAL = Figure.ENOUGH + 1;

    private final ScriptedProvider second = new ScriptedProvider("TWO");
    private final ScriptedProvider third = new ScriptedProvider("THREE");
    private Path file;

    @TempDir
    Path folder;

    @BeforeEach
    void startThree() throws IOException {
        start("by = \"measured\"");
    }

    private void start(String says) throws IOException {
        file = folder.resolve("jnixl.toml");
        Files.writeString(file, "[[selection]]\nuse = [\"ONE\", \"TWO\", \"THREE\"]\n" + says + "\n");
        agent = three("me");
        backend = provider.backend();
        near = agent.allocate(1 << 17);
        far = agent.allocate(1 << 17);
        for (ScriptedProvider one : List.of(provider, second, third)) {
            one.backend().onPost = t -> Status.SUCCESS;
        }
    }

    private Agent three(String name, SelectionPolicy... policies) {
        AgentAssembly assembly = AgentAssembly.of(Config.of(file))
                .name(name)
                .backend(provider)
                .backend(second)
                .backend(third);
        List.of(policies).forEach(assembly::policy);
        Agent made = assembly.build();
        closing.addFirst(made);
        return made;
    }

    private TransferBuilder write(long length) {
        return agent.transfer(Operation.WRITE, range(near, 0, length), agent.self(), range(far, 0, length));
    }

    private static Figure figure(Transfer transfer) {
        return ((TransferImpl) transfer).plan().figure();
    }

    /** The figure of a backend, which the next transfer would not get. */
    private Figure figure(String name) {
        LivePeer self = (LivePeer) agent.self();
        KindDemand demand =
                new KindDemand(Operation.WRITE, MemoryKind.DRAM, MemoryKind.DRAM, "me", "me", 4096, 1, false);
        Contest contest = self.contests.find("rule 1 (" + file + ":1:1), by measurement", demand);
        BackendSlot slot = ((AgentImpl) agent).selector().named(List.of(name)).getFirst();
        return contest.order(List.of(new Choice.Contender(slot, "", "", null)))
                .getFirst()
                .figure();
    }

    /** Posts of so many bytes in a nanosecond, as many as it takes to be believed. */
    private void measure(String name, long bytes) {
        add(name, bytes, TRIAL);
    }

    private void add(String name, long bytes, int posts) {
        Figure figure = figure(name);
        for (int i = 0; i < posts; i++) {
            figure.add(bytes, 1);
        }
    }

    /** Who gets the next transfer, which is closed without a post. */
    private String next() {
        try (Transfer transfer = write().prepare()) {
            return transfer.backend();
        }
    }

    private String explained(String name) {
        return agent.explain(Operation.WRITE, range(near, 0, 4096), agent.self(), range(far, 0, 4096))
                .toString()
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .findFirst()
                .orElseThrow();
    }

    // ---- trying

    @Test
    void eachIsTriedInOrderByItsPosts() {
        List<String> chosen = new ArrayList<>();
        for (int i = 0; i < 3 * TRIAL; i++) {
            try (Transfer transfer = write().prepare()) {
                chosen.add(transfer.backend());
                assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
            }
        }
        List<String> expected = new ArrayList<>(Collections.nCopies(TRIAL, "ONE"));
        expected.addAll(Collections.nCopies(TRIAL, "TWO"));
        expected.addAll(Collections.nCopies(TRIAL, "THREE"));
        assertThat(chosen).isEqualTo(expected);
        add("TWO", 1L << 40, 1); // no clock beats that
        assertThat(next()).isEqualTo("TWO");
    }

    @Test
    void explanationsTellTheFigures() {
        measure("ONE", 12);
        add("TWO", 1, 4);
        assertThat(agent.explain(write().prepare()).toString().lines())
                .containsExactly(
                        "TWO: chosen by rule 1 (" + file + ":1:1), by measurement; not yet measured: 3 of 16 posts",
                        "THREE: comes after TWO; not yet measured: 0 of 16 posts",
                        "ONE: comes after TWO; measured 12.0 GB/s over 16 posts");
        figure("THREE").add(0, 0);
        for (int i = 0; i < Figure.ENOUGH; i++) {
            figure("THREE").add(5, 2_000);
        }
        assertThat(explained("THREE")).endsWith("measured 2.5 MB/s over 16 posts");
        add("TWO", 0, TRIAL);
        assertThat(explained("TWO")).matches(".*measured [0-9.]+ MB/s over 20 posts");
    }

    @Test
    void theFirstPostDoesNotCount() {
        Figure figure = figure("ONE");
        figure.add(1, 1_000_000_000);
        add("ONE", 7, Figure.ENOUGH);
        assertThat(figure.rate()).isEqualTo(7);
        assertThat(figure.isMeasured()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"4096,true", "65535,true", "65536,false", "4095,false"})
    void sizesAreToldApartByPowersOf16(long length, boolean same) {
        try (Transfer one = write().prepare();
                Transfer other = write(length).prepare()) {
            assertThat(figure(one).equals(figure(other))).isEqualTo(same);
        }
    }

    @Test
    void operationsAndCountsAreToldApart() {
        try (Transfer one = write().prepare();
                Transfer back = agent.transfer(Operation.READ, range(near, 0, 4096), agent.self(), range(far, 0, 4096))
                        .prepare();
                Transfer many = agent.transfer(Operation.WRITE, blocks(near, 4096), agent.self(), blocks(far, 4096))
                        .prepare()) {
            assertThat(List.of(figure(one), figure(back), figure(many))).doesNotHaveDuplicates();
        }
    }

    @Test
    void onlySuchTransfersAreMeasured() throws IOException {
        assertThat(figure(write().backends("TWO").prepare())).isNull();
        agent.close();
        start("by = \"order\"");
        assertThat(figure(write().prepare())).isNull();
    }

    @Test
    void timeIsThatOfTheBackend() {
        backend.onPost = t -> {
            long until = System.nanoTime() + 1_000_000;
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            return Status.SUCCESS;
        };
        Transfer transfer = write().prepare();
        for (int i = 0; i < TRIAL; i++) {
            assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
        }
        assertThat(figure(transfer).isMeasured()).isTrue();
        assertThat(figure(transfer).rate()).isPositive().isLessThanOrEqualTo(4096 / 1e6);
    }

    // ---- choosing

    @ParameterizedTest
    @CsvSource({"100,90,80,ONE", "100,104,80,ONE", "100,106,80,TWO", "100,99,104,ONE", "90,99,104,TWO", "0,0,0,ONE"})
    void theFastestIsChosenAndTheFirstOfEquals(long one, long two, long three, String choice) {
        measure("ONE", one);
        measure("TWO", two);
        measure("THREE", three);
        assertThat(next()).isEqualTo(choice);
    }

    @Test
    void theFastestStaysUntilAnotherIsMuchFaster() {
        measure("ONE", 100);
        measure("TWO", 90);
        measure("THREE", 80);
        assertThat(next()).isEqualTo("ONE");
        add("TWO", 150, Figure.ENOUGH); // 120 in the mean
        assertThat(next()).isEqualTo("ONE");
        add("TWO", 150, 2 * Figure.ENOUGH); // 135
        assertThat(next()).isEqualTo("TWO");
        add("ONE", 200, Figure.ENOUGH); // 150
        assertThat(next()).isEqualTo("TWO");
        add("ONE", 240, Figure.ENOUGH); // 180
        assertThat(next()).isEqualTo("ONE");
    }

    @Test
    void askingSettlesNothing() {
        measure("ONE", 100);
        measure("TWO", 90);
        measure("THREE", 80);
        assertThat(explained("ONE")).contains("chosen by");
        add("TWO", 130, Figure.ENOUGH); // 110
        assertThat(next()).isEqualTo("TWO");
    }

    @Test
    void whoCannotDoItLosesNothing() {
        measure("ONE", 100);
        measure("TWO", 90);
        measure("THREE", 80);
        assertThat(next()).isEqualTo("ONE");
        backend.onMoves = o -> false;
        assertThat(next()).isEqualTo("TWO");
        backend.onMoves = o -> true;
        add("TWO", 130, Figure.ENOUGH); // 110
        assertThat(next()).isEqualTo("ONE");
    }

    @Test
    void whomAPolicyPrefersIsMeasuredToo() {
        SelectionPolicy policy = new SelectionPolicy() {
            @Override
            public String name() {
                return "third";
            }

            @Override
            public Verdict select(Question question) {
                return Verdict.prefer(List.of("THREE"), "");
            }
        };
        try (Agent judged = three("judged", policy);
                Allocation from = judged.allocate(4096);
                Allocation to = judged.allocate(4096);
                Transfer transfer = judged.transfer(
                                Operation.WRITE, range(from, 0, 4096), judged.self(), range(to, 0, 4096))
                        .prepare()) {
            third.backend().onPost = t -> Status.SUCCESS;
            for (int i = 0; i < TRIAL; i++) {
                assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
            }
            assertThat(transfer.backend()).isEqualTo("THREE");
            assertThat(judged.explain(transfer).rule())
                    .startsWith("policy third after rule 1")
                    .endsWith("by measurement");
            assertThat(figure(transfer).isMeasured()).isTrue();
        }
    }

    // ---- failing

    @Test
    void whoDoesNotPrepareIsGivenUp() {
        backend.onPrepare = r -> {
            throw new NixlException(ErrorCode.BACKEND, "boom");
        };
        for (int i = 0; i < Figure.MOST_FAILURES; i++) {
            assertNixl(ErrorCode.BACKEND, () -> write().prepare()).withMessageContaining("boom");
        }
        assertThat(next()).isEqualTo("TWO");
        assertThat(explained("ONE"))
                .isEqualTo("ONE: comes after TWO; not yet measured: 0 of 16 posts, given up after 3 transfers and 3"
                        + " failures");
        measure("TWO", 1);
        measure("THREE", 2);
        assertThat(next()).isEqualTo("THREE");
    }

    @ParameterizedTest
    @CsvSource({"false", "true"})
    void whosePostsFailIsGivenUp(boolean bySink) {
        backend.onPost = bySink
                ? t -> {
                    t.fail(Status.BACKEND, 0, "boom");
                    return Status.IN_PROGRESS;
                }
                : t -> Status.BACKEND;
        Transfer transfer = write().prepare();
        for (int i = 0; i < Figure.MOST_FAILURES; i++) {
            assertThat(next()).isEqualTo("ONE");
            transfer.post();
            assertThat(transfer.await()).isEqualTo(Status.BACKEND);
        }
        assertThat(next()).isEqualTo("TWO");
    }

    @Test
    void whoNeverEndsIsGivenUp() {
        backend.onPost = t -> Status.IN_PROGRESS;
        backend.onCancel = t -> t.complete(Status.CANCELED);
        Transfer transfer = write().prepare();
        for (int i = 0; i < Figure.MOST_FAILURES; i++) {
            transfer.post();
            ((TransferImpl) transfer).abandon(Status.TIMED_OUT); // as the watch does
            assertThat(transfer.await()).isEqualTo(Status.TIMED_OUT);
        }
        assertThat(next()).isEqualTo("TWO");
    }

    @Test
    void canceledAndRefusedPostsSayNothing() {
        backend.onPost = t -> Status.IN_PROGRESS;
        Transfer transfer = write().prepare();
        for (int i = 0; i < 2 * TRIAL; i++) {
            backend.onCancel = t -> t.complete(Status.CANCELED);
            transfer.post();
            transfer.cancel().join();
            backend.onCancel = t -> t.complete(Status.SUCCESS); // it came too late
            transfer.post();
            transfer.cancel().join();
            assertThat(transfer.poll()).isEqualTo(Status.CANCELED);
        }
        assertThat(explained("ONE")).endsWith("not yet measured: 0 of 16 posts");
        Transfer empty = agent.transfer(
                        Operation.WRITE, agent.prepare(blocks(near, 16)), agent.prepare(agent.self(), blocks(far, 16)))
                .capacity(1)
                .prepare();
        for (int i = 0; i < Figure.MOST_FAILURES; i++) {
            assertThat(empty.post()).isEqualTo(Status.INVALID_PARAM);
        }
        assertThat(figure(empty).isGivenUp()).isFalse();
    }

    @Test
    void whoseTransfersAreNotPostedIsGivenUpUntilTheyAre() {
        List<Transfer> made = new ArrayList<>();
        for (int i = 0; i < Figure.MOST_TRANSFERS; i++) {
            made.add(write().prepare());
        }
        assertThat(made).allMatch(transfer -> transfer.backend().equals("ONE"));
        assertThat(next()).isEqualTo("TWO");
        made.subList(0, TRIAL).forEach(Transfer::post);
        measure("TWO", 1);
        measure("THREE", 1);
        add("ONE", 1L << 40, 1);
        assertThat(next()).isEqualTo("ONE");
    }

    @Test
    void whoTakesOverIsMeasuredInstead() throws IOException {
        agent.close();
        start("by = \"measured\"\nfailover = true");
        backend.onPost = t -> {
            t.moved.set(0);
            return Status.REMOTE_DISCONNECT;
        };
        Transfer transfer = write().prepare();
        for (int i = 0; i < TRIAL; i++) {
            assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
        }
        assertThat(transfer.backend()).isEqualTo("TWO");
        assertThat(figure(transfer)).isEqualTo(figure("TWO"));
        assertThat(figure("TWO").isMeasured()).isTrue();
        for (int i = 1; i < Figure.MOST_FAILURES; i++) {
            assertThat(next()).isEqualTo("ONE");
            write().prepare().post();
        }
        assertThat(next()).isEqualTo("THREE");
    }

    // ---- bounds

    @Test
    void aPeerThatComesBackIsMeasuredAnew() {
        Agent other = three("other");
        Allocation theirs = other.allocate(4096);
        Peer peer = agent.loadPeer(other.metadata());
        Figure before = figure(toPeer(peer, theirs));
        assertThat(agent.loadPeer(other.metadata())).isSameAs(peer);
        assertThat(figure(toPeer(peer, theirs))).isEqualTo(before);
        other.close();
        Agent again = three("other");
        Allocation anew = again.allocate(4096);
        Peer now = agent.loadPeer(again.metadata());
        assertThat(now.epoch()).isEqualTo(peer.epoch() + 1);
        assertThat(figure(toPeer(now, anew))).isNotNull().isNotEqualTo(before);
    }

    private Transfer toPeer(Peer peer, Allocation theirs) {
        return agent.transfer(Operation.WRITE, range(near, 0, 4096), peer, range(theirs, 0, 4096))
                .prepare();
    }

    @Test
    void beyondTheBoundTheOrderDecides() {
        Contests contests = ((LivePeer) agent.self()).contests;
        figure("ONE").failed();
        Transfer known = write().prepare();
        KindDemand demand =
                new KindDemand(Operation.READ, MemoryKind.DRAM, MemoryKind.DRAM, "me", "me", 4096, 1, false);
        for (int i = 1; i < Contests.MOST; i++) {
            assertThat(contests.find("rule " + i, demand)).isNotNull();
        }
        assertThat(contests.find("one more", demand)).isNull();
        assertThat(contests.find("rule 1", demand)).isNotNull();
        assertThat(figure(write().prepare())).isEqualTo(figure(known));
        Transfer unknown = write(1 << 17).prepare();
        assertThat(unknown.backend()).isEqualTo("ONE");
        assertThat(figure(unknown)).isNull();
        assertThat(unknown.post()).isEqualTo(Status.SUCCESS);
        assertThat(agent.explain(unknown).toString())
                .contains("ONE: chosen by rule 1")
                .contains("not measured: 256 kinds of transfer with this peer are measured already");
    }
}
