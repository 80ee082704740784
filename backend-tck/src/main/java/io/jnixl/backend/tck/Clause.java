// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One clause of the contract for one backend.
 *
 * @param name its number in the contract and a sentence
 * @param because what the SPI says
 * @param under the backend
 * @param body what is done and expected
 */
record Clause(String name, String because, BackendUnderTest under, Body<Stage> body) {
    /** Where the clauses stand by their numbers. */
    static final String PAGE = "docs/backend-contract.md";

    /** What a clause does with its stage or rig. */
    @FunctionalInterface
    interface Body<T> {
        void run(T on) throws Exception;
    }

    /** The number that a clause's name begins with, such as {@code C-REG-1}. */
    static String number(String name) {
        return name.substring(0, name.indexOf(' '));
    }

    /** Runs it on a thread of its own, so that a backend that hangs fails one clause only. */
    void run() throws InterruptedException {
        AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        Thread thread = Thread.ofPlatform().daemon().name("contract").start(() -> {
            try {
                play();
            } catch (Throwable e) {
                thrown.set(e);
            }
        });
        Duration limit = under.limit();
        thread.join(limit);
        if (thread.isAlive()) {
            Throwable place = new Throwable("where it hangs");
            place.setStackTrace(thread.getStackTrace());
            thread.interrupt();
            throw broken(
                    "it hangs, or needs more than " + limit.toSeconds() + " s, at " + first(place.getStackTrace()),
                    place);
        }
        Throwable failure = thrown.get();
        if (failure != null) {
            throw broken(String.valueOf(failure.getMessage()), failure);
        }
    }

    private void play() throws Exception {
        try (Stage stage = new Stage(under)) {
            body.run(stage);
        }
    }

    private static String first(StackTraceElement[] trace) {
        return Arrays.stream(trace).findFirst().map(Object::toString).orElse("its end");
    }

    private AssertionError broken(String what, Throwable cause) {
        return new AssertionError(
                "broken: " + name + "\nthe contract: " + because + "\nwhat happened: " + what + "\nusual causes: "
                        + number(name) + " in " + PAGE,
                cause);
    }
}
