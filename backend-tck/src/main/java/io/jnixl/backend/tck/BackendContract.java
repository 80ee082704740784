// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

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
 * <p>Each clause is a test named as a sentence, with the way the bytes went in brackets; when it fails, the message quotes what
 * the SPI says. What the backend can do decides which clauses there are, and none is skipped. Each clause has backends of its
 * own and a thread of its own, and fails when it takes too long.
 *
 * @since 0.1
 */
public abstract class BackendContract {

    /** For subclasses. */
    protected BackendContract() {}

    /** The backend to test; called once for each group of clauses, before any of them runs. */
    protected abstract BackendUnderTest create();

    private List<DynamicTest> clauses(Consumer<Clauses> group) {
        return Clauses.of(create(), group);
    }

    /** What the provider says of itself, and how it makes backends. */
    @TestFactory
    @DisplayName("provider")
    public final List<DynamicTest> provider() {
        return clauses(ProviderClauses::addTo);
    }

    /** What a backend says of itself, and memory. */
    @TestFactory
    @DisplayName("backend and memory")
    public final List<DynamicTest> memory() {
        return clauses(c -> {
            BackendClauses.addTo(c);
            MemoryClauses.addTo(c);
        });
    }

    /** Which bytes move. */
    @TestFactory
    @DisplayName("transfers")
    public final List<DynamicTest> transfers() {
        return clauses(TransferClauses::addTo);
    }

    /** How the end of a post is told. */
    @TestFactory
    @DisplayName("completion")
    public final List<DynamicTest> completion() {
        return clauses(CompletionClauses::addTo);
    }

    /** How a post ends early. */
    @TestFactory
    @DisplayName("cancelling")
    public final List<DynamicTest> cancelling() {
        return clauses(CancelClauses::addTo);
    }

    /** Messages with transfers and without. */
    @TestFactory
    @DisplayName("notifications")
    public final List<DynamicTest> notifications() {
        return clauses(c -> {
            NotificationClauses.addTo(c);
            DeliveryClauses.addTo(c);
        });
    }

    /** Other agents: loading them, losing them. */
    @TestFactory
    @DisplayName("peers")
    public final List<DynamicTest> peers() {
        return clauses(PeerClauses::addTo);
    }

    /** Calls that overlap, and what they cost. */
    @TestFactory
    @DisplayName("threads and garbage")
    public final List<DynamicTest> threads() {
        return clauses(c -> {
            ThreadClauses.addTo(c);
            GarbageClauses.addTo(c);
        });
    }

    /** The end of a backend. */
    @TestFactory
    @DisplayName("closing")
    public final List<DynamicTest> closing() {
        return clauses(CloseClauses::addTo);
    }
}
