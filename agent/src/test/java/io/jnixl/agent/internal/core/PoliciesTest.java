// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.jnixl.agent.AgentAssembly;
import io.jnixl.api.Config;
import io.jnixl.api.CostEstimate;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.Explanation;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.api.Status;
import io.jnixl.api.Transfer;
import io.jnixl.spi.SelectionPolicy;
import io.jnixl.spi.SelectionPolicy.Candidate;
import io.jnixl.spi.SelectionPolicy.Question;
import io.jnixl.spi.SelectionPolicy.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a program's policies do to the choice: ONE is asked first, then TWO, then THREE, which only writes. */
final class PoliciesTest extends CoreFixture {
    private final ScriptedProvider second = new ScriptedProvider("TWO").preference(-1);
    private final ScriptedProvider third =
            new ScriptedProvider("THREE").preference(-2).whenMade(b -> b.onMoves = o -> o == Operation.WRITE);
    private final List<Question> questions = new CopyOnWriteArrayList<>();

    @TempDir
    Path folder;

    /** Answers by this code, and notes what it was asked. */
    private SelectionPolicy policy(String name, Function<Question, Verdict> code) {
        return new SelectionPolicy() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Verdict select(Question question) {
                questions.add(question);
                return code.apply(question);
            }
        };
    }

    private void start(Config config, SelectionPolicy... policies) {
        AgentAssembly assembly = AgentAssembly.of(config)
                .name("me")
                .backend(provider)
                .backend(second)
                .backend(third);
        List.of(policies).forEach(assembly::policy);
        agent = assembly.build();
        closing.addFirst(agent);
        backend = provider.backend();
        near = agent.allocate(1 << 16);
        far = agent.allocate(1 << 16);
    }

    private Config rules(String... lines) throws IOException {
        return Config.of(Files.writeString(folder.resolve("jnixl.toml"), String.join("\n", lines) + "\n"));
    }

    private void start(SelectionPolicy... policies) {
        start(Config.empty(), policies);
    }

    @AfterEach
    void nothingIsLeftOpen() {
        if (agent != null) {
            agent.close();
            assertThat(List.of(second.backend(), third.backend()))
                    .allSatisfy(one -> assertThat(one.openTransfers).hasValue(0));
        }
    }

    private String chosen() {
        try (Transfer transfer = write().prepare()) {
            return transfer.backend();
        }
    }

    private Explanation explanation() {
        try (Transfer transfer = write().prepare()) {
            return agent.explain(transfer);
        }
    }

    private static String verdictOn(String backend, Explanation explanation) {
        return explanation.candidates().stream()
                .filter(c -> c.backend().equals(backend))
                .findFirst()
                .orElseThrow()
                .reason();
    }

    @Test
    void itsOrderDecidesAndSaysSo() {
        start(policy("idle links", q -> Verdict.prefer(List.of("TWO"), "its link is idle")));
        Explanation explanation = explanation();
        assertThat(explanation.chosen()).isEqualTo("TWO");
        assertThat(explanation.rule()).isEqualTo("policy idle links after the order of backends");
        assertThat(explanation.candidates())
                .extracting(Explanation.Candidate::backend, Explanation.Candidate::reason)
                .containsExactly(
                        tuple("TWO", "chosen by policy idle links after the order of backends; its link is idle"),
                        tuple("ONE", "comes after TWO"),
                        tuple("THREE", "comes after TWO"));
    }

    @Test
    void aVetoKeepsOutAndIsGivenAsTheReason() {
        start(policy("reserved", q -> Verdict.veto("ONE", "its device\nis reserved")));
        Explanation explanation = explanation();
        assertThat(explanation.chosen()).isEqualTo("TWO");
        assertThat(explanation.rule()).isEqualTo("the order of backends");
        assertThat(verdictOn("ONE", explanation)).isEqualTo("vetoed by policy reserved: its device is reserved");
    }

    @Test
    void whereAllAreVetoedThereIsNone() {
        start(policy("night", q -> new Verdict(List.of(), "", Map.of("ONE", "a", "TWO", "b", "THREE", "c"))));
        assertNixl(ErrorCode.NOT_FOUND, this::chosen)
                .withMessageContaining("ONE: vetoed by policy night: a; TWO: vetoed by policy night: b");
    }

    @Test
    void itIsAskedAboutThoseThatCouldDoIt() {
        start(policy("asks", q -> Verdict.NONE));
        try (Transfer transfer = agent.transfer(Operation.READ, blocks(near, 4096), agent.self(), blocks(far, 4096))
                .prepare()) {
            assertThat(agent.explain(transfer).rule()).isEqualTo("the order of backends");
        }
        Question question = questions.getFirst();
        assertThat(question.candidates()).extracting(Candidate::backend).containsExactly("ONE", "TWO");
        assertThat(question)
                .extracting(Question::operation, Question::local, Question::remote, Question::peer)
                .containsExactly(Operation.READ, MemoryKind.DRAM, MemoryKind.DRAM, "me");
        assertThat(question.bytes()).isEqualTo(1 << 16);
        assertThat(question.descriptors()).isEqualTo(16);
    }

    @Test
    void aRuleSpeaksFirst() throws IOException {
        start(
                rules("[[selection]]", "use = [\"THREE\", \"TWO\"]"),
                policy("last", q -> Verdict.prefer(List.of("ONE", "NOBODY", "TWO", "TWO"), "")));
        Explanation explanation = explanation();
        assertThat(questions.getFirst().candidates())
                .extracting(Candidate::backend)
                .containsExactly("THREE", "TWO");
        assertThat(explanation.chosen()).isEqualTo("TWO");
        assertThat(explanation.rule()).startsWith("policy last after rule 1 (");
        assertThat(verdictOn("ONE", explanation)).startsWith("not named by rule 1");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoIsDeniedStaysSo(boolean named) {
        start(
                Config.empty().with("agent.selection_deny", "ONE"),
                policy("stubborn", q -> Verdict.prefer(List.of("ONE"), "it is the best")));
        try (Transfer transfer = (named ? write().backends("ONE", "THREE") : write()).prepare()) {
            assertThat(transfer.backend()).isEqualTo(named ? "THREE" : "TWO");
            assertThat(agent.explain(transfer).rule()).doesNotContain("stubborn");
        }
    }

    @Test
    void severalAreAskedInTurn() {
        start(
                policy("first", q -> Verdict.prefer(List.of("THREE", "TWO"), "")),
                policy("second", q -> Verdict.veto("THREE", "no")));
        assertThat(chosen()).isEqualTo("TWO");
        assertThat(questions.get(1).candidates()).extracting(Candidate::backend).containsExactly("THREE", "TWO", "ONE");
    }

    @Test
    void costsAreAskedForOnceAndOnlyWhereWanted() {
        List<OptionalLong> told = new ArrayList<>();
        SelectionPolicy cheap = policy("cheap", q -> {
            q.candidates().stream()
                    .filter(c -> !c.backend().equals("THREE"))
                    .forEach(c -> told.addAll(List.of(c.expectedNanos(), c.expectedNanos())));
            return Verdict.NONE;
        });
        start(cheap, policy("again", q -> {
            told.add(q.candidates().getFirst().expectedNanos());
            return Verdict.NONE;
        }));
        backend.onEstimate =
                t -> new CostEstimate(Duration.ofNanos(70), Duration.ZERO, CostEstimate.Method.ANALYTICAL_BACKEND);
        assertThat(chosen()).isEqualTo("ONE");
        OptionalLong known = OptionalLong.of(70);
        assertThat(told).containsExactly(known, known, OptionalLong.empty(), OptionalLong.empty(), known);
        assertThat(backend.transfers).as("one to ask, one to move").hasSize(2);
        assertThat(second.backend().transfers).hasSize(1);
        assertThat(third.backend().transfers).isEmpty();
    }

    @Test
    void aPostDoesNotAsk() {
        start(policy("counted", q -> Verdict.NONE));
        backend.onPost = t -> Status.SUCCESS;
        try (Transfer transfer = write().prepare()) {
            for (int i = 0; i < 3; i++) {
                assertThat(transfer.post()).isEqualTo(Status.SUCCESS);
            }
        }
        assertThat(questions).hasSize(1);
    }

    @Test
    void whoTakesOverIsItsSecondChoice() throws IOException {
        start(
                rules("[[selection]]", "failover = true"),
                policy("backwards", q -> Verdict.prefer(List.of("THREE", "TWO", "ONE"), "")));
        third.backend().onPrepare = r -> {
            throw new NixlException(ErrorCode.BACKEND, "boom");
        };
        assertThat(chosen()).isEqualTo("TWO");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatItThrowsNamesIt(boolean answersNull) {
        start(policy("broken", q -> {
            if (answersNull) {
                return null;
            }
            throw new IllegalStateException("bug");
        }));
        assertNixl(ErrorCode.INVALID_PARAM, this::chosen)
                .withMessageContaining("selection policy broken threw ")
                .withMessageContaining(answersNull ? "it answered null" : "bug")
                .satisfies(e -> assertThat(e.remedy()).contains("mend the policy"));
    }

    /** A failure that fails to say what it is. */
    private static final class Silent extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String getMessage() {
            throw new IllegalStateException("not even this");
        }
    }

    /** Past the compiler, as other languages do. */
    @SuppressWarnings("unchecked")
    private static <E extends Throwable> Verdict sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }

    @Test
    void whateverItThrowsNamesIt() {
        List<Throwable> all = List.of(
                new AssertionError("bug"),
                new StackOverflowError(),
                new IOException("first\nsecond"),
                new NoClassDefFoundError("x/Y"),
                new Silent());
        AtomicReference<Throwable> next = new AtomicReference<>();
        start(policy("broken", q -> PoliciesTest.<RuntimeException>sneak(next.get())));
        for (Throwable one : all) {
            next.set(one);
            assertNixl(ErrorCode.INVALID_PARAM, this::chosen)
                    .withMessageContaining(
                            "selection policy broken threw " + one.getClass().getName())
                    .withMessageContaining("which is a defect of the policy")
                    .withMessageNotContaining("\n")
                    .withCause(one);
        }
    }

    @Test
    void whatTheVirtualMachineThrowsIsNotItsFault() {
        Error full = new OutOfMemoryError("not really");
        start(policy("innocent", q -> PoliciesTest.<RuntimeException>sneak(full)));
        assertThatThrownBy(this::chosen).isSameAs(full);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "taken", "long"})
    void namesTellPoliciesApart(String name) {
        String second = name.equals("long") ? "x".repeat(65) : name;
        AgentAssembly assembly = AgentAssembly.of(Config.empty())
                .name("me")
                .policy(policy("taken", q -> Verdict.NONE))
                .policy(policy(second, q -> Verdict.NONE));
        assertNixl(ErrorCode.INVALID_PARAM, assembly::build).withMessageContaining("has the name \"");
    }
}
