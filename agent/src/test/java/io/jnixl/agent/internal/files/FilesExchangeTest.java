// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.ExchangeContext;
import io.jnixl.spi.MetadataExchange;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A folder that agents share, with what others may have put there. */
class FilesExchangeTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(200);

    @TempDir
    Path folder;

    private final List<MetadataExchange> closing = new ArrayList<>();
    private final List<String> gone = new CopyOnWriteArrayList<>();

    private MetadataExchange exchange(String agent) {
        ExchangeContext context = new ExchangeContext() {
            @Override
            public String agentName() {
                return agent;
            }

            @Override
            public void withdrawn(String name) {
                gone.add(name);
            }
        };
        BackendConfig config =
                BackendConfig.of(Map.of("directory", folder.resolve("shared").toString()));
        MetadataExchange made = new FilesExchangeProvider().create(config, context);
        closing.add(made);
        return made;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (MetadataExchange one : closing) {
            one.close();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Path folderOf(String agent) {
        return folder.resolve("shared").resolve(agent);
    }

    private static ThrowableAssertAlternative<NixlException> assertNixl(ErrorCode code, ThrowingCallable call) {
        return assertThatExceptionOfType(NixlException.class)
                .isThrownBy(call)
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    private static void eventually(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(SOON.toNanos() - (System.nanoTime() - start))
                    .as("time left")
                    .isPositive();
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static CompletableFuture<byte[]> fetching(MetadataExchange exchange, String agent) {
        return CompletableFuture.supplyAsync(
                () -> exchange.fetch(agent, "metadata", SOON),
                code -> Thread.ofVirtual().start(code));
    }

    // ---- what it is for

    @Test
    void publishAndFetch() {
        byte[] all = new byte[1 << 20];
        long seed = System.nanoTime();
        System.out.println("publishAndFetch: seed " + seed);
        new Random(seed).nextBytes(all);
        MetadataExchange a = exchange("a");
        a.publish("metadata", all.clone(), SOON);
        a.publish("part", bytes("part"), SOON);
        MetadataExchange b = exchange("b");
        assertThat(b.fetch("a", "metadata", SOON)).isEqualTo(all);
        assertThat(b.fetch("a", "part", SOON)).isEqualTo(bytes("part"));
        a.publish("metadata", bytes("other"), SOON);
        assertThat(b.fetch("a", "metadata", SOON)).isEqualTo(bytes("other"));
        assertThat(gone).isEmpty();
    }

    @Test
    void fetchWaits() throws Exception {
        CompletableFuture<byte[]> answer = fetching(exchange("b"), "a");
        MetadataExchange a = exchange("a");
        a.publish("part", bytes("not this one"), SOON);
        assertThat(answer).isNotDone();
        a.publish("metadata", bytes("blob"), SOON);
        assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(bytes("blob"));
    }

    @Test
    void fetchGivesUp() {
        assertNixl(ErrorCode.TIMED_OUT, () -> exchange("b").fetch("a", "metadata", SHORT))
                .withMessageContaining(folderOf("a").toString())
                .withMessageContaining("peer a");
    }

    @Test
    void closingEndsAWait() {
        MetadataExchange b = exchange("b");
        CompletableFuture<byte[]> answer = fetching(b, "a");
        closeQuietly(b);
        eventually(answer::isDone);
        assertThat(answer).isCompletedExceptionally();
    }

    private static void closeQuietly(MetadataExchange exchange) {
        exchange.close();
    }

    @Test
    void aWaitIsInterruptible() throws Exception {
        MetadataExchange b = exchange("b");
        CompletableFuture<NixlException> failure = new CompletableFuture<>();
        Thread waiter = Thread.ofVirtual().start(() -> {
            try {
                b.fetch("a", "metadata", SOON);
            } catch (NixlException e) {
                failure.complete(e);
            }
        });
        waiter.interrupt();
        assertThat(failure.get(20, TimeUnit.SECONDS).code()).isEqualTo(ErrorCode.CANCELED);
    }

    // ---- ends

    @Test
    void withdrawingIsNoticed() {
        MetadataExchange a = exchange("a");
        MetadataExchange b = exchange("b");
        for (int round = 1; round <= 3; round++) {
            a.publish("metadata", bytes("blob"), SOON);
            b.fetch("a", "metadata", SOON);
            a.withdraw(SOON);
            int expected = round;
            eventually(() -> gone.size() == expected);
            assertThat(folderOf("a")).doesNotExist();
        }
        a.withdraw(SOON);
        assertThat(gone).containsOnly("a").hasSize(3);
    }

    @Test
    void aRestartUnderTheSameNameIsNoticed() {
        MetadataExchange crashed = exchange("a");
        crashed.publish("metadata", bytes("old"), SOON);
        MetadataExchange b = exchange("b");
        assertThat(b.fetch("a", "metadata", SOON)).isEqualTo(bytes("old"));
        crashed.close();
        exchange("a").publish("metadata", bytes("new"), SOON);
        eventually(() -> gone.equals(List.of("a")));
        assertThat(b.fetch("a", "metadata", SOON)).isEqualTo(bytes("new"));
        assertThat(gone).hasSize(1);
    }

    @Test
    void anEndBeforeTheLatestFetchIsNotTold() {
        MetadataExchange a = exchange("a");
        MetadataExchange b = exchange("b");
        for (int i = 0; i < 20; i++) {
            a.publish("metadata", bytes("old"), SOON);
            b.fetch("a", "metadata", SOON);
            a.withdraw(SOON);
            a.publish("metadata", bytes("new"), SOON);
            assertThat(b.fetch("a", "metadata", SOON)).isEqualTo(bytes("new"));
            int told = gone.size();
            a.withdraw(SOON);
            eventually(() -> gone.size() > told);
        }
        assertThat(gone).hasSizeLessThanOrEqualTo(40);
    }

    // ---- names

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../outside",
                "..",
                ".",
                "a/b",
                "/etc/passwd",
                "with blank",
                "träger",
                "*",
                "a%2Fb",
                "nul\u0000",
                "."
            })
    void namesStayInTheFolder(String name) throws IOException {
        MetadataExchange a = exchange(name);
        a.publish("metadata", bytes("blob"), SOON);
        a.publish("..", bytes("label"), SOON);
        assertThat(exchange("b").fetch(name, "metadata", SOON)).isEqualTo(bytes("blob"));
        assertThat(exchange("b").fetch(name, "..", SOON)).isEqualTo(bytes("label"));
        try (Stream<Path> all = Files.list(folder)) {
            assertThat(all).containsExactly(folder.resolve("shared"));
        }
        try (Stream<Path> all = Files.list(folder.resolve("shared"))) {
            assertThat(all).hasSize(1);
        }
        a.withdraw(SOON);
        assertThat(folder.resolve("shared")).isEmptyDirectory();
    }

    @Test
    void namesThatBeginAlikeAreTwo() {
        MetadataExchange a = exchange("a");
        exchange("ab").publish("metadata", bytes("2"), SOON);
        a.publish("metadata", bytes("1"), SOON);
        a.withdraw(SOON);
        assertThat(exchange("b").fetch("ab", "metadata", SOON)).isEqualTo(bytes("2"));
    }

    // ---- what others have put there

    /** A publication by hand, as hostile as it likes. */
    private Path prepared(String agent) throws IOException {
        Files.createDirectories(folderOf(agent));
        Files.writeString(folderOf(agent).resolve(".publication"), "token");
        return folderOf(agent).resolve("metadata");
    }

    private void assertRefused(String agent, String reason) {
        assertNixl(ErrorCode.BACKEND, () -> exchange("b").fetch(agent, "metadata", SOON))
                .withMessageContaining(reason);
    }

    @Test
    void symbolicLinksAreNotFollowed() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "not yours");
        Files.createSymbolicLink(prepared("a"), secret);
        assertRefused("a", "no regular file");
    }

    @Test
    void aFolderInPlaceOfAFile() throws IOException {
        Files.createDirectory(prepared("a"));
        assertRefused("a", "no regular file");
    }

    @Test
    void aPipeInPlaceOfAFile() throws Exception {
        Path pipe = prepared("a");
        Process mkfifo = new ProcessBuilder("mkfifo", pipe.toString()).start();
        assertThat(mkfifo.waitFor()).isZero();
        assertRefused("a", "no regular file");
    }

    @Test
    void moreThanTheMostIsNotRead() throws IOException {
        try (RandomAccessFile sparse = new RandomAccessFile(prepared("a").toFile(), "rw")) {
            sparse.setLength(MetadataExchange.MAX_BYTES + 1L);
        }
        assertRefused("a", "are the most");
    }

    @Test
    void anOversizeTokenIsNotRead() throws IOException {
        Files.write(prepared("a"), bytes("blob"));
        Files.writeString(folderOf("a").resolve(".publication"), "x".repeat(65));
        assertRefused("a", "64 are the most");
    }

    @Test
    void anEmptyFileCountsAsAbsent() throws Exception {
        Path file = prepared("a");
        Files.write(file, new byte[0]);
        CompletableFuture<byte[]> answer = fetching(exchange("b"), "a");
        assertNixl(ErrorCode.TIMED_OUT, () -> exchange("b").fetch("a", "metadata", SHORT));
        assertThat(answer).isNotDone();
        Files.write(file, bytes("blob"));
        assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(bytes("blob"));
    }

    @Test
    void whatIsInTheWayOfThePublisher() throws IOException {
        Files.createDirectories(folder.resolve("shared"));
        Files.write(folderOf("a"), bytes("a file in place of the folder"));
        MetadataExchange a = exchange("a");
        assertNixl(ErrorCode.BACKEND, () -> a.publish("metadata", bytes("x"), SOON))
                .withMessageContaining(folderOf("a").toString());
        assertNixl(ErrorCode.BACKEND, () -> a.withdraw(SOON)).withMessageContaining("taking away");
        Files.delete(folderOf("a"));
        Files.createDirectories(folderOf("a").resolve("metadata").resolve("full"));
        assertNixl(ErrorCode.BACKEND, () -> a.publish("metadata", bytes("x"), SOON));
    }

    @Test
    void whatIsNoPublicationIsNotTouched() throws IOException {
        Path others = Files.createDirectories(folder.resolve("shared").resolve("me"));
        Path thesis = Files.writeString(others.resolve("thesis.txt"), "ten years");
        MetadataExchange me = exchange("me");
        assertNixl(ErrorCode.BACKEND, () -> me.publish("metadata", bytes("x"), SOON))
                .withMessageContaining("thesis.txt")
                .withMessageContaining("no agent's publication");
        assertNixl(ErrorCode.BACKEND, () -> me.withdraw(SOON)).withMessageContaining("thesis.txt");
        assertThat(thesis).hasContent("ten years");
    }

    @Test
    void aLinkInPlaceOfTheFolderIsNotFollowed() throws IOException {
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Path thesis = Files.writeString(elsewhere.resolve("thesis.txt"), "ten years");
        Files.writeString(elsewhere.resolve(".publication"), "planted");
        Files.createDirectories(folder.resolve("shared"));
        Files.createSymbolicLink(folder.resolve("shared").resolve("me"), elsewhere);
        MetadataExchange me = exchange("me");
        assertNixl(ErrorCode.BACKEND, () -> me.publish("metadata", bytes("x"), SOON))
                .withMessageContaining("is a link");
        assertThat(thesis).hasContent("ten years");
    }

    @Test
    void filesHaveTheRightsOfTheUmask() throws IOException {
        exchange("me").publish("metadata", bytes("x"), SOON);
        Path plain = Files.writeString(folder.resolve("plain"), "x");
        assertThat(Files.getPosixFilePermissions(
                        folder.resolve("shared").resolve("me").resolve("metadata")))
                .isEqualTo(Files.getPosixFilePermissions(plain));
    }

    @Test
    void aFolderThatCannotBeMade() throws IOException {
        Files.write(folder.resolve("shared"), bytes("a file"));
        assertNixl(ErrorCode.BACKEND, () -> exchange("a")).withMessageContaining("exchanges.files.directory");
    }

    @Test
    void publishersAndWithdrawersOfOneNameDoNotBreakEachOther() throws Exception {
        MetadataExchange one = exchange("a");
        MetadataExchange two = exchange("a");
        Thread other = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < 200; i++) {
                two.withdraw(SOON);
            }
        });
        MetadataExchange b = exchange("b");
        for (int i = 0; i < 200; i++) {
            one.publish("metadata", bytes("blob"), SOON);
        }
        other.join();
        one.publish("metadata", bytes("blob"), SOON);
        assertThat(b.fetch("a", "metadata", SOON)).isEqualTo(bytes("blob"));
    }
}
