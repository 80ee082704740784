// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.Agent;
import io.jnixl.api.Allocation;
import io.jnixl.api.DescriptorList;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.Explanation;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.MemoryRegion;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Peer;
import io.jnixl.api.Prepared;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.spi.Availability;
import io.jnixl.spi.Capabilities;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Making transfers: both ways, merging, choosing the backend, and what is refused. */
final class CreationTest extends CoreFixture {
    private Prepared nearBlocks;
    private Prepared farBlocks;

    private void startPrepared(String... settings) {
        start(settings);
        nearBlocks = agent.prepare(blocks(near, 4096));
        farBlocks = agent.prepare(agent.self(), blocks(far, 4096));
    }

    private Transfer choosing(int capacity) {
        return agent.transfer(Operation.WRITE, nearBlocks, farBlocks)
                .label("chooser")
                .capacity(capacity)
                .prepare();
    }

    private List<String> columns() {
        return backend.last().columns(near.segment().address(), far.segment().address());
    }

    // ---- one step

    @Test
    void oneStepPairsEntryByEntry() {
        start();
        DescriptorList local =
                DescriptorList.of(near.segment().asSlice(0, 100), near.segment().asSlice(1000, 50));
        DescriptorList remote =
                DescriptorList.of(far.segment().asSlice(500, 100), far.segment().asSlice(300, 50));
        Transfer transfer =
                agent.transfer(Operation.READ, local, agent.self(), remote).prepare();
        assertThat(columns()).containsExactly("0>500+100@0", "1000>300+50@1");
        assertThat(transfer.operation()).isEqualTo(Operation.READ);
        assertThat(backend.last().request.operation()).isEqualTo(Operation.READ);
        assertThat(transfer.selected()).isEqualTo(2);
        assertThat(transfer.backend()).isEqualTo("ONE");
        assertThat(transfer.peer()).isSameAs(agent.self());
        assertThat(transfer.label()).startsWith("transfer-");
        int[] none = {0};
        assertNixl(ErrorCode.NOT_ALLOWED, () -> transfer.select(none, none, 1));
    }

    @Test
    void neighboursOnBothSidesAreMerged() {
        start();
        agent.transfer(Operation.WRITE, blocks(near, 4096), agent.self(), blocks(far, 4096))
                .prepare();
        assertThat(columns()).containsExactly("0>0+65536@0");
        agent.transfer(Operation.WRITE, blocks(near, 4096), agent.self(), blocks(far, 4096))
                .merging(false)
                .prepare();
        assertThat(columns()).hasSize(16).endsWith("61440>61440+4096@15");
    }

    @Test
    void neighboursOnOneSideAreNotMerged() {
        start();
        DescriptorList spread =
                DescriptorList.strided(MemoryKind.DRAM, 0, far.segment().address(), 100, 200, 3);
        DescriptorList dense =
                DescriptorList.strided(MemoryKind.DRAM, 0, near.segment().address(), 100, 100, 3);
        agent.transfer(Operation.WRITE, dense, agent.self(), spread).prepare();
        assertThat(columns()).containsExactly("0>0+100@0", "100>200+100@1", "200>400+100@2");
    }

    @Test
    void neighboursInDifferentRegionsAreNotMerged() {
        start();
        far.close();
        Allocation pair = agent.allocate(8192);
        far = pair;
        // the same bytes again as two regions, found before the one that holds both
        agent.register(pair.segment().asSlice(0, 4096));
        agent.register(pair.segment().asSlice(4096, 4096));
        pair.registration(); // still open
        DescriptorList two = DescriptorList.of(
                pair.segment().asSlice(0, 4096), pair.segment().asSlice(4096, 4096));
        agent.transfer(Operation.WRITE, range(near, 0, 8192), agent.self(), range(pair, 0, 8192))
                .prepare();
        assertThat(columns()).containsExactly("0>0+8192@0");
        agent.transfer(Operation.WRITE, blocks(near, 4096).select(0, 1), agent.self(), two)
                .prepare();
        assertThat(columns()).containsExactly("0>0+4096@0", "4096>4096+4096@1");
    }

    @Test
    void mergedColumnsKeepTheCallersIndex() {
        startPrepared();
        Transfer transfer = choosing(8);
        transfer.select(new int[] {0, 1, 2, 9, 10, 4}, new int[] {5, 6, 7, 1, 2, 8}, 6);
        assertThat(columns()).containsExactly("0>20480+12288@0", "36864>4096+8192@3", "16384>32768+4096@5");
        transfer.post();
        backend.last().fail(Status.BACKEND, 1, "bad block");
        assertThat(transfer.failure().descriptor()).isEqualTo(3);
        transfer.post();
        backend.last().fail(Status.BACKEND, 2, "bad block");
        assertThat(transfer.failure().descriptor()).isEqualTo(5);
    }

    // ---- select

    @Test
    void startsWithNothingSelectedWhereACapacityIsGiven() {
        startPrepared();
        Transfer transfer = choosing(4);
        assertThat(transfer.selected()).isZero();
        assertThat(transfer.post()).isEqualTo(Status.INVALID_PARAM);
        assertThat(transfer.failure().message()).isEqualTo("chooser has no descriptors selected");
        transfer.select(new int[] {3}, new int[] {2}, 1);
        assertThat(transfer.post()).isEqualTo(Status.IN_PROGRESS);
        assertThat(columns()).containsExactly("12288>8192+4096@0");
    }

    @Test
    void firstSelection() {
        startPrepared();
        Transfer transfer = agent.transfer(Operation.WRITE, nearBlocks, farBlocks)
                .select(new int[] {3, 3}, new int[] {2, 9}, 2)
                .prepare();
        assertThat(transfer.selected()).isEqualTo(2);
        assertThat(columns()).containsExactly("12288>8192+4096@0", "12288>36864+4096@1");
        assertNixl(
                        ErrorCode.INVALID_PARAM,
                        () -> agent.transfer(Operation.WRITE, nearBlocks, farBlocks)
                                .select(new int[] {3}, new int[] {2}, 2)
                                .prepare())
                .withMessageContaining("n = 2");
        assertNixl(
                ErrorCode.INVALID_PARAM,
                () -> agent.transfer(Operation.WRITE, nearBlocks, farBlocks)
                        .select(new int[] {3}, new int[] {2}, Integer.MAX_VALUE)
                        .prepare());
        assertNixl(
                ErrorCode.INVALID_PARAM,
                () -> agent.transfer(Operation.WRITE, nearBlocks, farBlocks)
                        .select(new int[] {3}, new int[] {2}, -1)
                        .prepare());
    }

    @Test
    void selectErrorsNameThePairAndSelectNothing() {
        startPrepared();
        Transfer transfer = choosing(3);
        transfer.select(new int[] {1}, new int[] {1}, 1);
        int[] good = {0, 1, 2, 3};
        assertNixl(ErrorCode.INVALID_PARAM, () -> transfer.select(new int[] {0, 16}, good, 2))
                .withMessageContaining("local index 16 is not in a list of 16")
                .satisfies(e -> assertThat(e.descriptor()).isEqualTo(1));
        assertThat(transfer.selected()).isZero();
        assertThat(transfer.post()).isEqualTo(Status.INVALID_PARAM);
        assertNixl(ErrorCode.INVALID_PARAM, () -> transfer.select(good, new int[] {-1}, 1))
                .withMessageContaining("remote index -1");
        assertNixl(ErrorCode.INVALID_PARAM, () -> transfer.select(good, good, 4))
                .withMessageContaining("n = 4")
                .withMessageContaining("capacity 3");
        assertNixl(ErrorCode.INVALID_PARAM, () -> transfer.select(good, good, -1));
        assertNixl(ErrorCode.INVALID_PARAM, () -> transfer.select(good, new int[1], 2));
        transfer.select(good, good, 0);
        assertThat(transfer.post()).isEqualTo(Status.INVALID_PARAM);
        transfer.select(good, good, 3);
        assertThat(columns()).containsExactly("0>0+12288@0");
    }

    @Test
    void selectWithUnequalLengths() {
        start();
        Prepared local = agent.prepare(
                DescriptorList.of(near.segment().asSlice(0, 10), near.segment().asSlice(10, 20)));
        Prepared remote = agent.prepare(
                agent.self(),
                DescriptorList.of(far.segment().asSlice(0, 10), far.segment().asSlice(10, 30)));
        Transfer transfer =
                agent.transfer(Operation.WRITE, local, remote).capacity(2).prepare();
        int[] both = {0, 1};
        assertNixl(ErrorCode.INVALID_PARAM, () -> transfer.select(both, both, 2))
                .withMessageContaining("local entry 1 has 20 bytes, remote entry 1 has 30")
                .satisfies(e -> assertThat(e.descriptor()).isEqualTo(1));
    }

    @Test
    void selectDuringAPost() {
        startPrepared();
        Transfer transfer = choosing(4);
        int[] one = {1};
        transfer.select(one, one, 1);
        transfer.post();
        assertNixl(ErrorCode.REPOST_ACTIVE, () -> transfer.select(one, one, 1)).withMessageContaining("chooser");
        assertThat(transfer.selected()).isOne();
        assertThat(transfer.cancel()).isNotDone();
        assertNixl(ErrorCode.REPOST_ACTIVE, () -> transfer.select(one, one, 1));
        backend.last().complete(Status.CANCELED);
        transfer.select(one, one, 1);
    }

    @Test
    void capacityBeyondTheListsAndPlainLists() {
        startPrepared();
        Transfer transfer = choosing(40);
        int[] same = new int[40];
        transfer.select(same, same, 40);
        assertThat(columns()).hasSize(40);
        assertNixl(ErrorCode.INVALID_PARAM, () -> write().capacity(0));
        assertNixl(ErrorCode.NOT_ALLOWED, () -> write().capacity(1).prepare());
        assertNixl(ErrorCode.NOT_ALLOWED, () -> write().select(same, same, 1).prepare());
        assertThat(agent.statistics().transfers()).isOne();
        assertThat(near.registration().holders()).containsExactly("chooser");
    }

    // ---- what is refused

    @Test
    void emptyAndUnequalLists() {
        start();
        DescriptorList none = DescriptorList.empty(MemoryKind.DRAM);
        DescriptorList one = range(near, 0, 16);
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.prepare(none));
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.prepare(agent.self(), none));
        assertNixl(
                        ErrorCode.INVALID_PARAM,
                        () -> agent.transfer(Operation.WRITE, one, agent.self(), none)
                                .prepare())
                .withMessageContaining("remote list is empty");
        assertNixl(
                        ErrorCode.INVALID_PARAM,
                        () -> agent.transfer(Operation.WRITE, none, agent.self(), one)
                                .prepare())
                .withMessageContaining("local list is empty");
        assertNixl(
                        ErrorCode.INVALID_PARAM,
                        () -> agent.transfer(Operation.WRITE, blocks(near, 4096), agent.self(), one)
                                .prepare())
                .withMessageContaining("the local list has 16 entries, the remote one 1");
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.explain(Operation.WRITE, none, agent.self(), one));
        assertNixl(
                        ErrorCode.INVALID_PARAM,
                        () -> agent.transfer(Operation.WRITE, range(near, 0, 16), agent.self(), range(far, 0, 17))
                                .prepare())
                .satisfies(e -> assertThat(e.descriptor()).isZero());
        assertThat(near.registration().holders()).isEmpty();
    }

    @Test
    void unregisteredRangesAreNamedWithWhatThereIs() {
        start();
        long past = near.segment().address() + (1 << 16) - 8;
        DescriptorList list =
                DescriptorList.of(MemoryKind.DRAM, 0, new long[] {near.segment().address(), past}, new long[] {16, 16});
        assertNixl(ErrorCode.NOT_FOUND, () -> agent.prepare(list))
                .withMessageContaining("local descriptor 1 (16 B at 0x" + Long.toHexString(past) + ")")
                .withMessageContaining(
                        "65536 B at 0x" + Long.toHexString(near.segment().address()))
                .withMessageContaining("register the memory first");
        assertNixl(ErrorCode.NOT_FOUND, () -> agent.prepare(agent.self(), list))
                .withMessageContaining("remote descriptor 1")
                .satisfies(e -> assertThat(e.peer()).isEqualTo("me"));
        assertNixl(
                ErrorCode.NOT_FOUND,
                () -> agent.transfer(Operation.WRITE, list, agent.self(), list).prepare());
    }

    @Test
    void kindNobodyTakes() {
        start();
        assertNixl(ErrorCode.NOT_FOUND, () -> agent.register(MemoryRegion.raw(MemoryKind.VRAM, 0, 0x1000, 16)))
                .withMessageContaining("no backend takes VRAM; asked ONE [DRAM]");
        DescriptorList vram = DescriptorList.of(MemoryKind.VRAM, 0, new long[] {0x1000}, new long[] {16});
        assertNixl(ErrorCode.NOT_FOUND, () -> agent.prepare(vram)).withMessageContaining("ONE: does not take VRAM");
        assertNixl(ErrorCode.NOT_FOUND, () -> agent.open(Path.of("x")));
    }

    @Test
    void listsOfTheWrongSideOrAgent() {
        startPrepared();
        Agent other = agent("other", List.of(new ScriptedProvider("ONE")));
        Allocation theirs = other.allocate(4096);
        Prepared foreign = other.prepare(range(theirs, 0, 16));
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.transfer(Operation.WRITE, foreign, farBlocks))
                .withMessageContaining("local list was prepared by another agent");
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.transfer(Operation.WRITE, nearBlocks, foreign));
        assertNixl(
                        ErrorCode.INVALID_PARAM,
                        () -> agent.transfer(Operation.WRITE, farBlocks, farBlocks)
                                .prepare())
                .withMessageContaining("local side was prepared for peer me");
        assertNixl(
                        ErrorCode.INVALID_PARAM,
                        () -> agent.transfer(Operation.WRITE, nearBlocks, nearBlocks)
                                .prepare())
                .withMessageContaining("remote side was prepared without a peer");
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.prepare(other.self(), range(near, 0, 16)))
                .withMessageContaining("loaded by another agent");
        Transfer transfer = choosing(1);
        assertNixl(ErrorCode.INVALID_PARAM, () -> other.explain(transfer));
        assertNixl(ErrorCode.INVALID_PARAM, () -> other.awaitAny(List.of(transfer)));
        closing.addFirst(theirs);
    }

    @Test
    void listsThatNameAnotherOwner() {
        start();
        Agent other = agent("other", List.of(new ScriptedProvider("ONE")));
        Allocation theirs = other.allocate(4096);
        Peer peer = agent.loadPeer(other.metadata());
        DescriptorList remote = peer.region(0).all();
        assertThat(remote.owner()).isEqualTo("other");
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.prepare(remote)).withMessageContaining("other");
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.prepare(agent.self(), remote));
        assertThat(agent.prepare(peer, remote).peer()).isSameAs(peer);
        assertThat(agent.write(range(near, 0, 4096)).to(remote).prepare().peer())
                .isSameAs(peer);
        assertNixl(ErrorCode.INVALID_PARAM, () -> agent.read(range(near, 0, 16)))
                .withMessageContaining("does not know whose");
        agent.invalidatePeer("other");
        assertNixl(ErrorCode.NOT_FOUND, () -> agent.read(remote)).withMessageContaining("peer other is not known");
        closing.addFirst(theirs);
    }

    @Test
    void closedPreparedList() {
        startPrepared();
        assertThat(nearBlocks.isUsable()).isTrue();
        assertThat(nearBlocks.backends()).containsExactly("ONE");
        nearBlocks.close();
        nearBlocks.close();
        assertThat(nearBlocks.isUsable()).isFalse();
        assertNixl(ErrorCode.INVALID_PARAM, () -> choosing(1)).withMessageContaining("local prepared list is closed");
    }

    @Test
    void messageThatIsTooLong() {
        start();
        assertNixl(
                        ErrorCode.INVALID_PARAM,
                        () -> write().notifying(new byte[65537]).prepare())
                .withMessageContaining("65537 bytes, more than the 65536");
        assertThat(near.registration().holders()).isEmpty();
        assertThat(backend.openTransfers).hasValue(0);
    }

    @Test
    void whatTheBackendThrowsWhilePreparing() {
        start();
        backend.onPrepare = r -> {
            throw new NixlException(ErrorCode.NOT_SUPPORTED, "option " + r.options());
        };
        assertNixl(
                        ErrorCode.NOT_SUPPORTED,
                        () -> write().option("colour", "red").prepare())
                .withMessageContaining("colour");
        backend.onPrepare = r -> {
            throw new IllegalStateException("bug");
        };
        assertNixl(ErrorCode.BACKEND, () -> write().prepare())
                .withMessageContaining("defect")
                .withCauseInstanceOf(IllegalStateException.class);
        assertThat(near.registration().holders()).isEmpty();
        assertThat(agent.statistics().transfers()).isZero();
    }

    // ---- choosing

    private Agent three(String... settings) {
        ScriptedProvider low = new ScriptedProvider("LOW").preference(-1).capabilities(Capabilities.localOnly());
        ScriptedProvider high = new ScriptedProvider("HIGH").preference(5).capabilities(Capabilities.localOnly());
        agent = agent("me", List.of(low, provider, high), settings);
        backend = provider.backend();
        near = agent.allocate(1 << 16);
        far = agent.allocate(1 << 16);
        return agent;
    }

    @Test
    void preferenceThenOrderOfSettingsThenHints() {
        three();
        assertThat(write().prepare().backend()).isEqualTo("HIGH");
        assertThat(write().backends("LOW", "HIGH").prepare().backend()).isEqualTo("LOW");
        assertThat(agent.prepare(range(near, 0, 8)).backends()).containsExactly("HIGH", "ONE", "LOW");
        agent.close();
        agent = agent(
                "me", List.of(new ScriptedProvider("LOW"), new ScriptedProvider("HIGH")), "agent.backends", "LOW,HIGH");
        backend = null;
        near = agent.allocate(1 << 16);
        far = agent.allocate(1 << 16);
        assertThat(write().prepare().backend()).isEqualTo("LOW");
    }

    @Test
    void notificationsCountBeforeTheChoice() {
        three();
        assertThat(write().notifying("done").prepare().backend()).isEqualTo("ONE");
        assertThat(write().withNotifications().prepare().backend()).isEqualTo("ONE");
        assertNixl(
                        ErrorCode.BACKEND,
                        () -> write().notifying("x").backends("HIGH", "LOW").prepare())
                .withMessageContaining("HIGH: sends no notifications");
    }

    @Test
    void unknownHint() {
        three();
        assertNixl(ErrorCode.NOT_FOUND, () -> write().backends("NONE").prepare())
                .withMessageContaining("backend NONE does not run in this agent; there are [HIGH, ONE, LOW]");
        assertNixl(
                ErrorCode.NOT_FOUND, () -> agent.register(List.of(MemoryRegion.of(near.segment())), List.of("NONE")));
    }

    @Test
    void explanationSaysWhyAndWhyNot() {
        three();
        Transfer transfer = write().notifying("x").prepare();
        Explanation why = agent.explain(transfer);
        assertThat(why.chosen()).isEqualTo("ONE");
        assertThat(why.rule()).isEqualTo("the order of backends");
        assertThat(why.toString().lines())
                .containsExactly(
                        "ONE: chosen by the order of backends", "HIGH: sends no notifications", "LOW: comes after ONE");
        Explanation before = agent.explain(Operation.WRITE, range(near, 0, 8), agent.self(), range(far, 0, 8));
        assertThat(before.chosen()).isEqualTo("HIGH");
        DescriptorList vram = DescriptorList.of(MemoryKind.VRAM, 0, new long[] {16}, new long[] {16});
        Explanation none = agent.explain(Operation.WRITE, range(near, 0, 16), agent.self(), vram);
        assertThat(none.chosen()).isNull();
        assertThat(none.toString()).contains("ONE: does not take VRAM");
        Transfer hinted = write().backends("LOW").prepare();
        assertThat(agent.explain(hinted).toString().lines())
                .containsExactly(
                        "LOW: chosen by the caller", "HIGH: not named by the caller", "ONE: not named by the caller");
    }

    @Test
    void selectionRules(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("rules.toml");
        Files.writeString(file, """
                [[selection]]
                when = { local = "DRAM", remote = "DRAM", peer = "m?" }
                use = ["LOW", "ONE"]
                """);
        ScriptedProvider low = new ScriptedProvider("LOW").preference(-1).capabilities(Capabilities.localOnly());
        agent = io.jnixl.agent.AgentAssembly.of(io.jnixl.api.Config.of(file))
                .name("me")
                .backend(low)
                .backend(provider)
                .build();
        closing.addFirst(agent);
        backend = provider.backend();
        near = agent.allocate(1 << 16);
        far = agent.allocate(1 << 16);
        Transfer transfer = write().prepare();
        assertThat(transfer.backend()).isEqualTo("LOW");
        assertThat(agent.explain(transfer).rule()).startsWith("rule 1 (").contains("rules.toml");
        assertThat(write().notifying("x").prepare().backend()).isEqualTo("ONE");
        assertThat(write().backends("ONE").prepare().backend())
                .as("hints come first")
                .isEqualTo("ONE");
    }

    @Test
    void backendThatRefusedTheMemoryIsNotChosen() {
        ScriptedProvider picky = new ScriptedProvider("PICKY").preference(9);
        agent = agent("me", List.of(picky, provider));
        backend = provider.backend();
        picky.backend().onRegister = r -> {
            throw new NixlException(ErrorCode.BACKEND, "no pages left");
        };
        near = agent.allocate(1 << 16);
        far = agent.allocate(1 << 16);
        assertThat(near.registration().outcomes())
                .extracting(Object::toString)
                .containsExactly("PICKY: refused, BACKEND: no pages left", "ONE: accepted");
        Transfer transfer = write().prepare();
        assertThat(transfer.backend()).isEqualTo("ONE");
        assertThat(agent.explain(transfer).toString())
                .contains("PICKY: local descriptor 0")
                .contains("there is nothing");
        backend.onRegister = r -> {
            throw new IllegalStateException("bug");
        };
        assertThatThrownBy(() -> agent.allocate(4096))
                .isInstanceOf(NixlException.class)
                .hasMessageContaining("no pages left")
                .hasMessageContaining("defect")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(2));
    }

    @Test
    void aKindThatABackendCannotTakeHereIsToldWithTheReason() throws Exception {
        Availability.Unavailable why = new Availability.Unavailable("its library has none", "install another", null);
        ScriptedProvider narrow = new ScriptedProvider("NARROW")
                .kinds(MemoryKind.DRAM, MemoryKind.VRAM)
                .whenMade(b -> b.missing = Map.of(MemoryKind.VRAM, why));
        ScriptedProvider wide = new ScriptedProvider("NARROW").kinds(MemoryKind.DRAM, MemoryKind.VRAM);
        Agent here = agent("here", List.of(narrow));
        Agent there = agent("there", List.of(wide));
        Allocation mine = here.allocate(64);
        closing.add(mine);
        assertThat(here.backends().getFirst().kinds()).containsExactly(MemoryKind.DRAM);
        assertThat(here.backends().getFirst().features()).contains("no VRAM: its library has none");
        assertNixl(ErrorCode.NOT_FOUND, () -> here.register(MemoryRegion.raw(MemoryKind.VRAM, 0, 0x1000, 16)))
                .withMessageContaining("asked NARROW [DRAM] (its library has none)")
                .satisfies(e -> assertThat(e.remedy()).contains("for NARROW, install another"));
        DescriptorList vram = DescriptorList.of(MemoryKind.VRAM, 1, new long[] {0x1000}, new long[] {16});
        assertNixl(ErrorCode.NOT_FOUND, () -> here.prepare(vram))
                .withMessageContaining("NARROW: does not take VRAM: its library has none");

        there.register(MemoryRegion.raw(MemoryKind.VRAM, 1, 0x1000, 16));
        Peer peer = here.loadPeer(there.metadata());
        here.transfer(Operation.WRITE, range(mine, 0, 16), peer, vram).prepare().close();
    }
}
