// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The contract of {@code io.jnixl.spi} for one backend: extend this, answer {@link #create()}, done.
 *
 * <pre>{@code
 * class TapeBackendContractTest extends BackendContract {
 *     @TempDir
 *     Path library;
 *
 *     @Override
 *     protected BackendUnderTest create() {
 *         return BackendUnderTest.of(new TapeBackendProvider()).with("library", library).local();
 *     }
 * }
 * }</pre>
 *
 * <p>Each clause is a test named by a number, which it keeps for ever, and a sentence, with the way the bytes went in brackets.
 * When it fails, the message quotes what the SPI says, and {@code docs/backend-contract.md} names usual causes. Random bytes
 * have another seed each time, which is printed, and which the system property {@code jnixl.seed} repeats. What the
 * backend can do decides which clauses there are, and none is skipped. Each clause has backends of its own and a thread of
 * its own, and fails when it takes too long; after that, the others are given less. At the end, a summary is printed: which
 * clauses were exercised, which ways, and how each went, in the order of that page.
 *
 * @since 0.1
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class) // the later groups build on the earlier ones
public abstract class BackendContract {

    /** By the class that extends this, since JUnit makes an instance for each group. */
    private static final Map<Class<?>, Summary> SUMMARIES = new ConcurrentHashMap<>();

    /** For subclasses. */
    protected BackendContract() {}

    /** The backend to test; called once for each group of clauses, before any of them runs. */
    protected abstract BackendUnderTest create();

    private List<DynamicTest> clauses(Consumer<Clauses> group) {
        BackendUnderTest under = create();
        boolean whole = under.only().isEmpty();
        Summary summary = whole ? SUMMARIES.computeIfAbsent(getClass(), _ -> new Summary()) : new Summary();
        return Clauses.of(under, summary, group);
    }

    /** Prints which clauses were exercised, and how each went. JUnit calls it when a class is done. */
    @AfterAll
    public static void summarize(TestInfo test) {
        test.getTestClass().ifPresent(type -> {
            Summary summary = SUMMARIES.remove(type);
            if (summary != null) {
                System.out.println(summary.text(type.getSimpleName()));
            }
        });
    }

    /** What the provider says of itself, and how it makes backends. */
    @TestFactory
    @Order(1)
    @DisplayName("provider")
    public final List<DynamicTest> provider() {
        return clauses(ProviderClauses::addTo);
    }

    /** What a backend says of itself, and memory. */
    @TestFactory
    @Order(2)
    @DisplayName("backend and memory")
    public final List<DynamicTest> memory() {
        return clauses(c -> {
            BackendClauses.addTo(c);
            MemoryClauses.addTo(c);
        });
    }

    /** Which bytes move. */
    @TestFactory
    @Order(3)
    @DisplayName("transfers")
    public final List<DynamicTest> transfers() {
        return clauses(TransferClauses::addTo);
    }

    /** How the end of a post is told. */
    @TestFactory
    @Order(4)
    @DisplayName("completion")
    public final List<DynamicTest> completion() {
        return clauses(c -> {
            CompletionClauses.addTo(c);
            ProgressClauses.addTo(c);
        });
    }

    /** How a post ends early. */
    @TestFactory
    @Order(5)
    @DisplayName("cancelling")
    public final List<DynamicTest> cancelling() {
        return clauses(CancelClauses::addTo);
    }

    /** Messages with transfers and without. */
    @TestFactory
    @Order(6)
    @DisplayName("notifications")
    public final List<DynamicTest> notifications() {
        return clauses(c -> {
            NotificationClauses.addTo(c);
            DeliveryClauses.addTo(c);
        });
    }

    /** Other agents: loading them, losing them. */
    @TestFactory
    @Order(7)
    @DisplayName("peers")
    public final List<DynamicTest> peers() {
        return clauses(PeerClauses::addTo);
    }

    /** Calls that overlap, and what they cost. */
    @TestFactory
    @Order(8)
    @DisplayName("threads and garbage")
    public final List<DynamicTest> threads() {
        return clauses(c -> {
            ThreadClauses.addTo(c);
            GarbageClauses.addTo(c);
        });
    }

    /** The end of a backend. */
    @TestFactory
    @Order(9)
    @DisplayName("closing")
    public final List<DynamicTest> closing() {
        return clauses(c -> {
            CloseClauses.addTo(c);
            LeakClauses.addTo(c);
        });
    }
}
