// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

/** What a toy backend does wrong, which clause is meant for that, and what it must say. */
enum Flaw {
    NONE("", ""),
    TELLS_TWICE(CompletionClauses.ONCE, "once for each is right"),
    ANSWERS_AND_TELLS(CompletionClauses.ONCE, "once for each is right"),
    ANSWERS_BEFORE_MOVING(CompletionClauses.VISIBLE, "wrong from byte"),
    THROWS_FROM_POST(CompletionClauses.UNPOLLED, "thrown by post"),
    NOT_FROM_THE_SINK(CompletionClauses.CHAINED, "instead of SUCCESS"),
    IGNORES_POLLS(CompletionClauses.POLLED, "the end of post 1"),
    SHRINKS(ProgressClauses.GROWS, "bytes moved"),
    ESTIMATES_WILDLY(ProgressClauses.ESTIMATE, "no idea"),
    NEEDS_POLLING(CompletionClauses.UNPOLLED, "the end of post 1"),
    TELLS_BEFORE_MOVING(CompletionClauses.VISIBLE, "when the sink was called"),
    TELLS_WITH_A_LOCK(CompletionClauses.NO_LOCK, "that another thread's post returns"),
    LATE_POLL_THROWS(CompletionClauses.LATE_POLLS, "polled too late"),
    ONE_BYTE_SHORT(TransferClauses.WRITES, "far side: wrong from byte"),
    ONE_BYTE_LONG(TransferClauses.READS, "near side: wrong from byte"),
    LOSES_THE_LAST(TransferClauses.SCATTERED, "wrong from byte"),
    SWAPS_READ_AND_WRITE(TransferClauses.WRITES, "far side: wrong from byte"),
    CHOKES_ON_NO_BYTES(TransferClauses.NO_BYTES, "instead of SUCCESS"),
    MOVES_WHERE_NOTHING_IS(TransferClauses.NO_BYTES, "after nothing"),
    OFFSETS_OF_31_BITS(TransferClauses.BEYOND, "instead of SUCCESS"),
    TELLS_NOTHING_NOW_AND_THEN(TransferClauses.THOUSAND, "the end of post"),
    ONE_AT_A_TIME(TransferClauses.SEVERAL, "instead of SUCCESS"),
    ONE_REGION_ONLY(TransferClauses.SCATTERED, "instead of SUCCESS"),
    OLD_COLUMNS(TransferClauses.REAIMED, "wrong from byte"),
    CAPACITY_FOR_COUNT(TransferClauses.REAIMED, "instead of SUCCESS"),
    CANCEL_STICKS(CancelClauses.IDLE, "CANCELED instead of SUCCESS"),
    CANCEL_ENDS_AS_A_FAILURE(CancelClauses.ONCE, "BACKEND"),
    CANCEL_CLAIMS_SUCCESS(CancelClauses.TRUE, "that was cancelled: wrong from byte"),
    CANCEL_TELLS_OF_THE_PAST(CancelClauses.RACES, "once for each is right"),
    CANCEL_TELLS_TOO(CancelClauses.ONCE, "once for each is right"),
    CANCEL_TELLS_TOO_SOON(CancelClauses.QUIET, "memory was written after"),
    CANCEL_IS_FORGOTTEN(CancelClauses.ONCE, "the end of post"),
    NOTIFIES_TWICE(NotificationClauses.WHOLE, "messages arrived with lengths"),
    NOTIFIES_UNASKED(NotificationClauses.WHOLE, "messages arrived with lengths"),
    FORGETS_EMPTY_MESSAGES(NotificationClauses.WHOLE, "notifications"),
    CUTS_MESSAGES(NotificationClauses.WHOLE, "messages arrived with lengths"),
    NOTIFIES_BEFORE_MOVING(NotificationClauses.VISIBLE, "messages that came before their bytes"),
    FORGETS_LARGE_TRANSFERS(NotificationClauses.EVERY_KIND, "1 notifications"),
    TAKES_LONG_MESSAGES(NotificationClauses.TOO_LONG, "Expecting code to raise a throwable"),
    SLEEPS_AT_REST(NotificationClauses.DRIVEN, "1 notifications"),
    SIGNS_WRONG(NotificationClauses.SENDER, "somebody-else:1"),
    SWAPS_MESSAGES(DeliveryClauses.ORDER, "near:n"),
    DROPS_WHEN_FULL(DeliveryClauses.FULL, "500 notifications"),
    REPEATS_WHEN_FULL(DeliveryClauses.FULL, "near:n"),
    OVERTAKES(DeliveryClauses.OVERTAKE, "messages that overtook one"),
    GIVES_UP_WHEN_FULL(DeliveryClauses.OVERTAKE, "asked again"),
    SEND_DROPS(DeliveryClauses.SENDS, "10000 notifications"),
    TRUSTS_PEERS(PeerClauses.GARBAGE, "Expecting code to raise a throwable"),
    TRUSTS_DATA_OF_PEERS(PeerClauses.GARBAGE_DATA, "Expecting code to raise a throwable"),
    REFUSES_WITH_ANOTHER_CODE(PeerClauses.GARBAGE, "INVALID_PARAM"),
    TAKES_EMPTY_INFORMATION(PeerClauses.EMPTY, "Expecting code to raise a throwable"),
    CONNECTS_ONCE(PeerClauses.CONNECT, "connected already"),
    CLOSES_THE_TWIN_TOO(PeerClauses.AGAIN, "REMOTE_DISCONNECT"),
    WAITS_FOR_THE_DEAD(LossOfPeer.CLOSED_THERE, "the end of post"),
    LOSES_TWICE(LossOfPeer.CLOSED_THERE, "peers lost"),
    WAITS_FOR_THE_UNLOADED(LossOfPeer.CLOSED_HERE, "the end of post"),
    OTHER_INFORMATION_EACH_TIME(BackendClauses.INFORMATION, "xpect"),
    SAME_INFORMATION_FOR_ALL(BackendClauses.OWN_INFORMATION, "xpect"),
    MOVES_NOTHING(BackendClauses.MOVES, "not to be empty"),
    ALLOCATES_USED_MEMORY(BackendClauses.ALLOCATES, "expected: 0"),
    COUNTS_BY_WRONG_NAMES(BackendClauses.DETAILS, "Posts made"),
    PEERS_WITHOUT_REMOTE(BackendClauses.NO_PEERS, "Expecting code to raise a throwable"),
    LESS_THAN_IT_SAID(BackendClauses.CAPABILITIES, "BackendUnderTest.remote()"),
    SWALLOWS_OPTIONS(BackendClauses.OPTIONS, "Expecting code to raise a throwable"),
    OTHER_DATA_EACH_TIME(MemoryClauses.PUBLIC_DATA, "xpect"),
    ONE_REGISTRATION_PER_ADDRESS(MemoryClauses.TWICE, "twice"),
    ONE_REGISTRATION_EVER(MemoryClauses.AGAIN, "registered before"),
    REFUSES_NOTHING(MemoryClauses.REFUSALS, "Expecting code to raise a throwable"),
    MAKES_GARBAGE(GarbageClauses.ZERO_GARBAGE, "on the posting thread"),
    ONE_THREAD_ONLY(ThreadClauses.TOGETHER, "another thread"),
    NOT_FOR_VIRTUAL_THREADS(ThreadClauses.VIRTUAL, "no virtual threads"),
    CLOSE_TELLS_NOTHING(CloseClauses.IN_FLIGHT, "the end of a post after close"),
    CLOSE_DOES_NOT_WAIT(CloseClauses.DONE, "ended when close returned"),
    WRITES_AFTER_CLOSE(CloseClauses.DONE, "written after close"),
    KEEPS_TRANSFERS(LeakClauses.TRANSFERS, "50 transfers"),
    KEEPS_MEMORY(LeakClauses.MEMORY, "100 registrations"),
    KEEPS_AGENTS(LeakClauses.BACKENDS, "agents all but a few"),
    KEEPS_FILES_OPEN(LeakClauses.FILES, "open files"),
    CLOSE_TAKES_LONG(CloseClauses.QUICK, "time to close"),
    CLOSE_LEAVES_A_THREAD(CloseClauses.THREADS, "the threads that a backend started"),
    TAKES_NO_MEMORY(ProviderClauses.KINDS, "not to be empty"),
    IS_NOT_PUBLIC(ProviderClauses.CONSTRUCTOR, "is public"),
    HAS_NO_VERSION(ProviderClauses.VERSION, "@SpiVersion"),
    OPTIONS_OF_ONE_NAME(ProviderClauses.OPTIONS, "duplicate"),
    AVAILABILITY_THROWS(ProviderClauses.AVAILABILITY, "asked too often"),
    EXCLUDES_ITSELF(ProviderClauses.EXCLUDES, "TOY"),
    CHOKES_ON_AN_OPTION(ProviderClauses.MALFORMED, "not a number"),
    SLOW_QUESTIONS(ProviderClauses.QUICK, "nanoseconds"),
    BAD_NAME(ProviderClauses.NAME, "toy backend");

    final String clause;
    final String message;

    Flaw(String clause, String message) {
        this.clause = clause;
        this.message = message;
    }

    /** The clause stands in the report of the tests. */
    @Override
    public String toString() {
        return name() + ", caught by: " + clause;
    }
}
