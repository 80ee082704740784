// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import static io.jnixl.it.ucx.WithVictim.TCP;
import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.backend.tck.Await;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A target whose process stands still (SIGSTOP) while one is killed that writes to it, or reads from it, over TCP: when it goes on there is
 * nobody to answer, over which UCX ends the process if nothing is done about it.
 */
@NeedsNative(Native.UCX)
class PausedTargetIT {
    private static final int COUNT = 32;
    private static final int BYTES = 1 << 20;

    /** In which a target has looked at its connections, which it does once a second. */
    private static final Duration LOOK = Duration.ofMillis(2_500);

    /** Less than it takes to find that a host is gone. */
    private static final Duration SOON = Duration.ofSeconds(8);

    /** Columns of /proc/net/tcp. */
    private static final int QUEUES = 4;

    private static final int INODE = 9;
    private static final String NOTHING = "00000000";

    @TempDir
    Path folder;

    @AfterEach
    void nothingIsLeftStopped() throws Exception {
        Signals.awaitAll();
    }

    @ParameterizedTest
    @ValueSource(strings = {"write", "read"})
    void outlivesTheDeathOfOneWhoAsks(String operation) throws Exception {
        try (Target target = new Target(folder, "target", (long) COUNT * BYTES, false, TCP)) {
            askAndDie(target, "first", operation, true);
            askAndDie(target, "second", operation, false);
            target.expect("ok", target.ask("still"));
            assertThat(target.end()).as("its exit code").isZero();
        }
    }

    /** Who loads the other's metadata first makes the connection, which serves both. */
    private void askAndDie(Target target, String name, String operation, boolean targetConnects) throws Exception {
        try (Target peer = new Target(folder, name, (long) COUNT * BYTES, false, TCP)) {
            if (targetConnects) {
                target.expect(name, target.ask("load " + save(name, peer)));
            }
            peer.expect("target", peer.ask("load " + save("target", target)));
            peer.expect("ok", peer.ask("keep " + operation + " target " + COUNT + " " + BYTES));
            if (!targetConnects) {
                target.expect(name, target.ask("load " + save(name, peer)));
            }
            long connected = System.nanoTime();
            Await.until("a look", () -> System.nanoTime() - connected > LOOK.toNanos());
            Signals.stop(target.pid());
            Await.until(
                    "the peer to read what it has been sent",
                    () -> queues(target.pid()).allMatch(queue -> queue.startsWith(NOTHING))
                            && queues(peer.pid()).allMatch(queue -> queue.endsWith(NOTHING)));
            peer.kill(); // else its kernel would say so by a reset, and not by an end
            Signals.go(target.pid());
        }
        Await.until(SOON, "the loss", () -> !answer(target, "peers").contains(name));
    }

    private static String answer(Target target, String line) {
        try {
            return target.ask(line);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Of each of its sockets, what was not taken by the other side, a colon, and what it has not read, in hexadecimal digits. */
    private static Stream<String> queues(long pid) {
        try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            Set<String> sockets = files.map(PausedTargetIT::link).collect(Collectors.toSet());
            return Files.readAllLines(Path.of("/proc/net/tcp")).stream()
                    .map(line -> line.strip().split(" +", -1))
                    .filter(columns -> sockets.contains("socket:[" + columns[INODE] + "]"))
                    .map(columns -> columns[QUEUES]);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String link(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return ""; // closed meanwhile
        }
    }

    private Path save(String name, Target of) throws Exception {
        return Files.write(folder.resolve(name + ".loaded"), of.metadata());
    }
}
