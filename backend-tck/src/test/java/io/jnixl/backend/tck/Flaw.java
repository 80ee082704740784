// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

/** What a toy backend does wrong, which clause is meant for that, and what it must say. */
enum Flaw {
    NONE("", ""),
    TELLS_TWICE(CompletionClauses.ONCE, "once for each is right"),
    ANSWERS_AND_TELLS(CompletionClauses.ONCE, "once for each is right"),
    NEEDS_POLLING(CompletionClauses.UNPOLLED, "the end of post 1"),
    TELLS_BEFORE_MOVING(CompletionClauses.VISIBLE, "when the sink was called"),
    TELLS_WITH_A_LOCK(CompletionClauses.NO_LOCK, "that another thread's post returns"),
    LATE_POLL_THROWS(CompletionClauses.LATE_POLLS, "polled too late"),
    ONE_BYTE_SHORT(TransferClauses.WRITES, "far side: wrong from byte"),
    ONE_BYTE_LONG(TransferClauses.READS, "near side: wrong from byte"),
    ONE_REGION_ONLY(TransferClauses.SCATTERED, "instead of SUCCESS"),
    OLD_COLUMNS(TransferClauses.REAIMED, "wrong from byte"),
    CAPACITY_FOR_COUNT(TransferClauses.REAIMED, "instead of SUCCESS"),
    CANCEL_STICKS(CancelClauses.IDLE, "CANCELED instead of SUCCESS"),
    CANCEL_TELLS_TOO(CancelClauses.ONCE, "once for each is right"),
    CANCEL_TELLS_TOO_SOON(CancelClauses.QUIET, "memory was written after"),
    CANCEL_IS_FORGOTTEN(CancelClauses.ONCE, "the end of post"),
    NOTIFIES_TWICE(NotificationClauses.WHOLE, "messages arrived with lengths"),
    NOTIFIES_UNASKED(NotificationClauses.WHOLE, "messages arrived with lengths"),
    FORGETS_EMPTY_MESSAGES(NotificationClauses.WHOLE, "notifications"),
    CUTS_MESSAGES(NotificationClauses.WHOLE, "messages arrived with lengths"),
    NOTIFIES_BEFORE_MOVING(NotificationClauses.VISIBLE, "messages that came before their bytes"),
    SIGNS_WRONG(NotificationClauses.SENDER, "somebody-else:1"),
    SWAPS_MESSAGES(DeliveryClauses.ORDER, "near:n"),
    DROPS_WHEN_FULL(DeliveryClauses.FULL, "500 notifications"),
    REPEATS_WHEN_FULL(DeliveryClauses.FULL, "near:n"),
    OVERTAKES(DeliveryClauses.OVERTAKE, "messages that overtook one"),
    GIVES_UP_WHEN_FULL(DeliveryClauses.OVERTAKE, "asked again"),
    SEND_DROPS(DeliveryClauses.SENDS, "10000 notifications"),
    TRUSTS_PEERS(PeerClauses.GARBAGE, "Expecting code to raise a throwable"),
    WAITS_FOR_THE_DEAD(LossOfPeer.CLOSED_THERE, "the end of post"),
    LOSES_TWICE(LossOfPeer.CLOSED_THERE, "peers lost"),
    WAITS_FOR_THE_UNLOADED(LossOfPeer.CLOSED_HERE, "the end of post"),
    OTHER_INFORMATION_EACH_TIME(BackendClauses.INFORMATION, "xpect"),
    LESS_THAN_IT_SAID(BackendClauses.CAPABILITIES, "BackendUnderTest.remote()"),
    SWALLOWS_OPTIONS(BackendClauses.OPTIONS, "Expecting code to raise a throwable"),
    OTHER_DATA_EACH_TIME(MemoryClauses.PUBLIC_DATA, "xpect"),
    ONE_REGISTRATION_PER_ADDRESS(MemoryClauses.TWICE, "twice"),
    REFUSES_NOTHING(MemoryClauses.REFUSALS, "Expecting code to raise a throwable"),
    MAKES_GARBAGE(GarbageClauses.ZERO_GARBAGE, "on the posting thread"),
    NOT_FOR_VIRTUAL_THREADS(ThreadClauses.VIRTUAL, "no virtual threads"),
    CLOSE_TELLS_NOTHING(CloseClauses.IN_FLIGHT, "the end of a post after close"),
    CLOSE_TAKES_LONG(CloseClauses.QUICK, "time to close"),
    CLOSE_LEAVES_A_THREAD(CloseClauses.THREADS, "the threads that a backend started"),
    SLOW_QUESTIONS(ProviderClauses.QUICK, "nanoseconds"),
    BAD_NAME(ProviderClauses.NAME, "toy backend");

    final String clause;
    final String message;

    Flaw(String clause, String message) {
        this.clause = clause;
        this.message = message;
    }
}
