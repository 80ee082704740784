// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import java.time.Duration;

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
        long seed = Seed.next();
        System.out.println(name + ": " + Seed.option(seed)); // before it runs, since native code may crash
        Duration limit = under.limit();
        Attempt attempt = new Attempt(playing -> play(playing, seed));
        boolean ended = attempt.ends(limit, under.timeout());
        Throwable failure = attempt.failure();
        if (failure != null) {
            if (!ended) {
                failure.addSuppressed(attempt.abandon());
            }
            throw broken(String.valueOf(failure.getMessage()), seed, failure);
        }
        if (!ended) {
            Throwable place = attempt.abandon();
            throw broken("it needs more than " + limit.toSeconds() + " s; " + place.getMessage(), seed, place);
        }
    }

    /** What has failed has had its time, and closes in little more. */
    private void play(Attempt attempt, long seed) {
        try (Stage stage = new Stage(under, seed)) {
            try {
                body.run(stage);
            } catch (Throwable e) {
                attempt.fail(e);
                stage.hurry();
            }
        }
    }

    private AssertionError broken(String what, long seed, Throwable cause) {
        return new AssertionError(
                "broken: " + name + "\nthe contract: " + because + "\nwhat happened: " + what + "\nusual causes: "
                        + number(name) + " in " + PAGE + "\nthe same random bytes again: " + Seed.option(seed),
                cause);
    }
}
