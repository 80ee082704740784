// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

/** What one agent says to another. The first three are native NIXL's; native agents log and pass over the others. */
public sealed interface Command {
    /** Here is my metadata; empty: I have nothing that others could reach. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Load(byte[] metadata) implements Command {}

    /** Send me your metadata. */
    record Send() implements Command {}

    /** This agent is gone. */
    record Invalidate(String name) implements Command {}

    /** A step of the proof that both sides know the secret; see {@link Gate}. */
    record Prove(String text) implements Command {}

    /** No, and why. */
    record Deny(String why) implements Command {}

    /** Something else, which starts with these characters. */
    record Unknown(String letters) implements Command {}
}
