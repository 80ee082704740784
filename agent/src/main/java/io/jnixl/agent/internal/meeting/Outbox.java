// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What one side of a connection has to say, written by a thread of its own: a reader that wrote answers itself would not read
 * meanwhile, and two such readers would wait for each other. Few letters fit; who has more waits.
 *
 * <p>A receiver that does not read is given up: after a while without progress, and when one frame takes too long. The connection
 * ends then, and with it the write.
 */
final class Outbox {
    private static final int LETTERS = 16;

    /** What is written between two looks at the clock. */
    private static final int CHUNK = 64 << 10;

    private static final Letter LAST = new Letter(() -> new byte[0], new CompletableFuture<>());

    /** A frame, made when its turn comes, and the promise that it was written. */
    private record Letter(Supplier<byte[]> frame, CompletableFuture<Void> written) {}

    private final Socket socket;
    private final Limits limits;
    private final Consumer<IOException> whenLate;
    private final BlockingQueue<Letter> letters = new ArrayBlockingQueue<>(LETTERS);
    private volatile @Nullable Ending ending;

    /**
     * Empty.
     *
     * @param whenLate ends the connection, since the other side does not read
     */
    Outbox(Socket socket, Limits limits, Consumer<IOException> whenLate) {
        this.socket = socket;
        this.limits = limits;
        this.whenLate = whenLate;
    }

    /**
     * Queues a frame; waits for room.
     *
     * @return done when it is handed to the system; a caller may cancel it as long as it waits
     */
    CompletableFuture<Void> put(Supplier<byte[]> frame) throws InterruptedException {
        Letter letter = new Letter(frame, new CompletableFuture<>());
        letters.put(letter);
        failIfEnded();
        return letter.written();
    }

    /** No more letters: the thread ends when those here are written. */
    void finish() {
        if (!letters.offer(LAST)) {
            end(Ending.broken("the other side closed the connection and reads no answers"));
        }
    }

    /** Drops what is not written. The thread ends when its socket is closed. */
    void end(Ending why) {
        ending = why;
        failIfEnded();
        letters.offer(LAST);
    }

    private void failIfEnded() {
        Ending why = ending;
        if (why != null) {
            for (Letter letter = letters.poll(); letter != null; letter = letters.poll()) {
                letter.written().completeExceptionally(why.exception());
            }
            letters.offer(LAST);
        }
    }

    /** The thread's work: writes until there is nothing more to write. */
    void run() throws IOException, InterruptedException {
        OutputStream out = socket.getOutputStream();
        for (Letter letter = letters.take(); !letter.equals(LAST); letter = letters.take()) {
            if (!letter.written().isDone()) {
                write(out, letter);
            }
        }
    }

    private void write(OutputStream out, Letter letter) throws IOException {
        byte[] frame = letter.frame().get();
        try {
            write(out, frame);
            letter.written().complete(null);
        } catch (IOException e) {
            Ending why = ending;
            letter.written()
                    .completeExceptionally(
                            (why != null ? why : Ending.broken("writing failed: " + e.getMessage())).exception());
            throw e;
        }
    }

    private void write(OutputStream out, byte[] frame) throws IOException {
        long start = System.nanoTime();
        for (int at = 0; at < frame.length; at += CHUNK) {
            long left = limits.frame().toNanos() - (System.nanoTime() - start);
            Watch watch = new Watch(Math.min(left, limits.stall().toNanos()));
            try {
                out.write(frame, at, Math.min(CHUNK, frame.length - at));
            } finally {
                watch.end();
            }
        }
    }

    /** Ends the connection, and with it a write that hangs, unless it ends before. */
    private final class Watch {
        private final CompletableFuture<Void> over = new CompletableFuture<>();

        Watch(long nanos) throws SocketTimeoutException {
            if (nanos <= 0) {
                throw new SocketTimeoutException(
                        "a frame took longer than " + limits.frame().toSeconds() + " s");
            }
            var _ = over.orTimeout(nanos, TimeUnit.NANOSECONDS).exceptionally(_ -> {
                // not on the thread that keeps time for the whole process
                Thread.ofVirtual().start(() -> whenLate.accept(new SocketTimeoutException("it does not read")));
                return null;
            });
        }

        void end() {
            over.complete(null);
        }
    }
}
