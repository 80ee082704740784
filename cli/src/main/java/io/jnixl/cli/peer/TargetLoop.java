// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import io.jnixl.api.NixlException;
import io.jnixl.cli.run.Console;
import io.jnixl.cli.run.Exit;
import io.jnixl.cli.run.Pattern;
import io.jnixl.cli.run.RunFailure;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the target does with the initiator's messages, until it says FIN. One thread.
 *
 * <p>Nothing is ordered between a command and the notifications of transfers before it. So a check that comes before all of
 * them have is held back.
 */
final class TargetLoop {
    /** How long the answer to FIN has to get away. */
    private static final Duration LINGER = Duration.ofMillis(300);

    private final MemorySegment memory;
    private final Mailbox mailbox;
    private final Console console;
    private final Duration timeout;
    private long arrived;
    private Command.@Nullable Check held;
    private int checks;
    private int failed;

    TargetLoop(MemorySegment memory, Mailbox mailbox, Console console, Duration timeout) {
        this.memory = memory;
        this.mailbox = mailbox;
        this.console = console;
        this.timeout = timeout;
    }

    /** Serves; answers the exit status. */
    int serve() {
        while (true) {
            String message = next();
            switch (Command.parse(message)) {
                case Command.Arrived _ -> {
                    arrived++;
                    check(false);
                }
                case Command.Ping _ -> mailbox.send(Command.PONG);
                case Command.Fill fill -> fill(fill);
                case Command.Check check -> {
                    check(true);
                    held = check;
                    check(false);
                }
                case Command.Finish _ -> {
                    check(true);
                    return finish();
                }
                case Command.Unknown _ -> {
                    console.complain("the initiator says what no target knows: " + Mailbox.shorten(message));
                    mailbox.send(Command.BAD_COMMAND);
                }
            }
        }
    }

    private String next() {
        try {
            return mailbox.next(timeout, held == null ? "message" : "notification of the last transfers");
        } catch (RunFailure e) {
            tellOfHeldCheck(e);
            throw e;
        }
    }

    /** The initiator, if it is still there, hears at least how many came. */
    private void tellOfHeldCheck(RunFailure end) {
        try {
            check(true);
        } catch (NixlException | RunFailure e) {
            end.addSuppressed(e);
        }
    }

    private void fill(Command.Fill fill) {
        check(true);
        if (tooLarge(fill.bytes())) {
            return;
        }
        Pattern.fill(memory.asSlice(0, fill.bytes()), fill.seed(), 0);
        arrived = 0;
        mailbox.send(Command.FILLED);
    }

    private boolean tooLarge(long bytes) {
        boolean tooLarge = Long.compareUnsigned(bytes, memory.byteSize()) > 0;
        if (tooLarge) {
            console.complain("the initiator asks for " + Long.toUnsignedString(bytes) + " bytes of a buffer of "
                    + memory.byteSize());
            mailbox.send(Command.BAD_SIZE);
        }
        return tooLarge;
    }

    /** Carries out the check that is held back, if there is one and its time has come. */
    private void check(boolean now) {
        Command.Check check = held;
        if (check == null || (!now && arrived < check.transfers())) {
            return;
        }
        held = null;
        checks++;
        if (tooLarge(check.bytes())) {
            failed++;
        } else {
            compare(check);
        }
        arrived = 0;
    }

    private void compare(Command.Check check) {
        long wrong = Pattern.firstWrong(memory.asSlice(0, check.bytes()), check.seed(), 0);
        if (wrong < 0 && arrived == check.transfers()) {
            mailbox.send(Command.OK);
            return;
        }
        failed++;
        console.complain("check of " + check.bytes() + " bytes: "
                + (wrong < 0 ? "all are right" : "wrong from offset " + wrong) + "; " + arrived
                + " notifications of transfers, expected " + check.transfers());
        mailbox.send(Command.bad(wrong, arrived));
    }

    private int finish() {
        mailbox.send(Command.BYE);
        console.say("done: " + checks + " checks, " + failed + " failed");
        try {
            Thread.sleep(LINGER);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return failed == 0 ? Exit.OK : Exit.WRONG;
    }
}
