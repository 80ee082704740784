// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.Status;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The moments between the end of a post and the telling of it, one step at a time. */
final class CompletionsTest extends CoreFixture {
    private TransferState state;
    private Completions completions;

    @BeforeEach
    void make() {
        start();
        TransferImpl transfer = (TransferImpl) write().prepare();
        state = transfer.state();
        completions = transfer.completions();
    }

    private void begin() {
        assertThat(state.beginPost()).isTrue();
    }

    @Test
    void quietOfAFormerPostIsToldByTheNext() {
        begin();
        CompletableFuture<Void> first = completions.quiet();
        state.leaveEnded(Status.SUCCESS); // the one who settles is held up here
        begin();
        CompletableFuture<Void> second = completions.quiet();
        assertThat(first).isCompleted();
        assertThat(second).isNotDone();
        completions.settled(1);
        assertThat(second).as("the late word concerns the former post").isNotDone();
        state.leaveEnded(Status.SUCCESS);
        completions.settled(2);
        assertThat(second).isCompleted();
        assertThat(completions.quiet()).isCompleted();
    }

    @Test
    void futuresGetTheStatusOfTheirOwnPostWhateverTheOrderOfTelling() {
        begin();
        CompletableFuture<Status> first = completions.future();
        state.leaveEnded(Status.SUCCESS); // held up before it tells
        begin();
        CompletableFuture<Status> second = completions.future();
        assertThat(second).isNotSameAs(first);
        state.leaveEnded(Status.BACKEND);
        completions.announce(2, Status.BACKEND);
        assertThat(second).isCompletedWithValue(Status.BACKEND);
        assertThat(first).isNotDone();
        begin();
        CompletableFuture<Status> third = completions.future();
        completions.announce(1, Status.SUCCESS);
        assertThat(first).isCompletedWithValue(Status.SUCCESS);
        assertThat(third).isNotDone();
        state.leaveEnded(Status.NOT_FOUND);
        completions.announce(3, Status.NOT_FOUND);
        assertThat(third).isCompletedWithValue(Status.NOT_FOUND);
    }

    @Test
    void futureOfAPostThatHasEndedButIsNotToldYet() {
        begin();
        state.leaveEnded(Status.BACKEND);
        CompletableFuture<Status> future = completions.future();
        assertThat(future).isCompletedWithValue(Status.BACKEND);
        completions.announce(1, Status.BACKEND);
        assertThat(completions.future()).isSameAs(future);
    }

    @Test
    void endThatThePosterHasNotTakenOverIsNoEnd() {
        begin();
        state.complete(Status.SUCCESS);
        assertThat(completions.future()).isNotDone();
        assertThat(completions.quiet()).isNotDone();
        state.leaveUnlessAbandoned();
        assertThat(state.visible()).isEqualTo(Status.SUCCESS);
        assertThat(completions.quiet()).isCompleted();
    }
}
