// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import io.jnixl.api.MemoryRegion;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.ProgressPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the contract must know of a backend: how to make one, and what its author says of it. At least {@link #local()} or
 * {@link #remote()} must be said. Not thread-safe.
 *
 * @since 0.1
 */
public final class BackendUnderTest {
    private static final int LIMIT_FACTOR = 4;

    private final BackendProvider provider;
    private final Map<String, String> options = new HashMap<>();
    private final List<Storage> storages = new ArrayList<>();
    private final List<MemoryRegion> refused = new ArrayList<>();
    private final Map<String, String> exceptions = new HashMap<>();
    private boolean local;
    private boolean remote;
    private boolean polled;
    private boolean rejectsGarbage;
    private Duration hurriedTimeout = Duration.ofSeconds(1);
    private boolean waitsHurried;
    private boolean clausesHurried;
    private int maxDescriptors = 10_000;
    private ProgressPolicy progress = ProgressPolicy.ADAPTIVE;
    private Duration timeout = Duration.ofSeconds(15);
    private Duration closesWithin = Duration.ofSeconds(5);
    private @Nullable String only;

    private BackendUnderTest(BackendProvider provider) {
        this.provider = Objects.requireNonNull(provider, "provider");
    }

    /** A backend that this provider makes; none of its options are set. */
    public static BackendUnderTest of(BackendProvider provider) {
        return new BackendUnderTest(provider);
    }

    /** Sets an option of the provider; the value's text is what counts. */
    public BackendUnderTest with(String option, Object value) {
        options.put(option, value.toString());
        return this;
    }

    /** It moves bytes within an agent; its {@code capabilities()} must say the same. */
    public BackendUnderTest local() {
        local = true;
        return this;
    }

    /** It moves bytes between agents; its {@code capabilities()} must say the same. Two of one process must reach each other. */
    public BackendUnderTest remote() {
        remote = true;
        return this;
    }

    /**
     * How storage of one kind is made. Without it, files are made in a temporary folder and opened with {@code rw}, and
     * other kinds are {@linkplain Storage#named named} {@code jnixl-tck-1} and so on.
     */
    public BackendUnderTest storage(Storage storage) {
        storages.add(storage);
        return this;
    }

    /** A region that it must refuse to register, with the reason. */
    public BackendUnderTest refuses(MemoryRegion region) {
        refused.add(region);
        return this;
    }

    /**
     * It checks what comes from peers so well that random bytes are refused, as connection information and as public data,
     * with {@link io.jnixl.api.ErrorCode#BACKEND}. Say so unless a native library underneath makes that impossible.
     */
    public BackendUnderTest rejectsGarbage() {
        rejectsGarbage = true;
        return this;
    }

    /** It makes progress only while somebody calls {@code poll()}, which waits of the contract then do. */
    public BackendUnderTest polled() {
        polled = true;
        return this;
    }

    /** The most descriptors of a transfer, where less than 10 000. */
    public BackendUnderTest maxDescriptors(int count) {
        maxDescriptors = count;
        return this;
    }

    /** How its threads wait for work; {@link ProgressPolicy#ADAPTIVE} if this is not said. */
    public BackendUnderTest progress(ProgressPolicy policy) {
        progress = policy;
        return this;
    }

    /**
     * How long the end of anything may take; 15 seconds if this is not said. A clause may take four times that. After one that
     * has waited so long in vain, the others wait for a second each time. After one that hung, the
     * others may take four as a whole.
     */
    public BackendUnderTest timeout(Duration limit) {
        timeout = limit;
        return this;
    }

    /** Waits no longer than a second from now on; clauses as a whole may take as long as before. */
    void hurryWaits() {
        waitsHurried = true;
    }

    /** Gives clauses as a whole no more than four seconds from now on. */
    void hurryClauses() {
        clausesHurried = true;
    }

    /** Another time than a second, for the suite's own tests. */
    BackendUnderTest hurriedTimeout(Duration limit) {
        hurriedTimeout = limit;
        return this;
    }

    /** How long closing may take; 5 seconds if this is not said. */
    public BackendUnderTest closesWithin(Duration limit) {
        closesWithin = limit;
        return this;
    }

    /**
     * Leaves a clause out, for a reason that is printed and shown in its place.
     *
     * @param number the clause's number in the contract, such as {@code C-PEER-6}; one that no clause has is an error
     */
    public BackendUnderTest except(String number, String reason) {
        exceptions.put(number, Objects.requireNonNull(reason, "reason"));
        return this;
    }

    /** Leaves out that posting costs no garbage. */
    public BackendUnderTest withoutZeroGarbage(String reason) {
        return except(Clause.number(GarbageClauses.ZERO_GARBAGE), reason);
    }

    /** Runs this clause and no other: for the suite's own tests. */
    BackendUnderTest only(String clause) {
        only = clause;
        return this;
    }

    BackendProvider provider() {
        return provider;
    }

    Map<String, String> options() {
        return Map.copyOf(options);
    }

    boolean isLocal() {
        return local;
    }

    boolean isRemote() {
        return remote;
    }

    boolean isPolled() {
        return polled;
    }

    boolean doesRejectGarbage() {
        return rejectsGarbage;
    }

    int maxDescriptors() {
        return maxDescriptors;
    }

    Duration timeout() {
        return waitsHurried ? shorterTimeout() : timeout;
    }

    private Duration shorterTimeout() {
        return timeout.compareTo(hurriedTimeout) > 0 ? hurriedTimeout : timeout;
    }

    /** How long a clause may take. */
    Duration limit() {
        return (clausesHurried ? shorterTimeout() : timeout).multipliedBy(LIMIT_FACTOR);
    }

    Duration closesWithin() {
        return closesWithin;
    }

    List<MemoryRegion> refused() {
        return refused;
    }

    List<Storage> storages() {
        return storages;
    }

    Map<String, String> exceptions() {
        return exceptions;
    }

    Optional<String> only() {
        return Optional.ofNullable(only);
    }

    TestAgent agent(String name) {
        return agent(name, options);
    }

    TestAgent agent(String name, Map<String, String> changedOptions) {
        return new TestAgent(provider, name, progress, changedOptions, timeout(), polled);
    }
}
