// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import io.jnixl.agent.internal.config.Shown;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A socket to another agent, used in both directions whoever opened it. One virtual thread reads and serves, another writes.
 * Either's end is the connection's. Thread-safe.
 */
final class Connection {
    private static final System.Logger LOG = System.getLogger("io.jnixl.agent");
    private static final int BUFFER = 16 << 10;

    /** Before the proof, when nobody has reason to send much. */
    private static final long FRAME_BEFORE_PROOF = 4096;

    /** What is read and dropped from one who was told to go, so that it sees why. */
    private static final int FAREWELL_BYTES = 1 << 20;

    /** Who keeps it; each is told once. */
    interface Keeper {
        /** It is of no more use. */
        void ended(Connection connection);

        /** Its threads have ended too. */
        void gone(Connection connection);
    }

    private final Socket socket;
    private final Terms terms;
    private final Keeper keeper;
    private final Gate gate;
    private final Outbox outbox;
    private final FrameDecoder decoder;
    private final String address;
    private final long opened = System.nanoTime();

    /** When the other side said something. */
    private volatile long heard = opened;

    /** Done when the other side may be talked to. */
    private final CompletableFuture<Void> ready = new CompletableFuture<>();

    private final AtomicInteger threads = new AtomicInteger(2);
    private final CountDownLatch gone = new CountDownLatch(1);
    private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();

    /** One fetch at a time: a LOAD does not say which SEND it answers. */
    private final ReentrantLock fetching = new ReentrantLock();

    private final AtomicReference<@Nullable CompletableFuture<byte[]>> answer = new AtomicReference<>();

    /** Of the frame that is being read; the reader's own. */
    private long frameStart;

    /**
     * Over a connected socket, which it owns from now on; call {@link #start()} next.
     *
     * @param gate what the other side must pass
     */
    Connection(Socket socket, Terms terms, Gate gate, Keeper keeper) {
        this.socket = socket;
        this.terms = terms;
        this.gate = gate;
        this.keeper = keeper;
        this.outbox = new Outbox(socket, terms.limits(), this::broken);
        long limit = gate.isOpen() ? terms.limits().frameBytes() : FRAME_BEFORE_PROOF;
        this.decoder = new FrameDecoder(limit, terms.budget());
        this.address = socket.getInetAddress().getHostAddress();
    }

    void start() {
        String name = "jnixl-meeting-" + terms.agentName() + "-" + address + ":" + socket.getPort();
        Thread.ofVirtual().name(name + "-read").start(() -> guarded(this::read));
        Thread.ofVirtual().name(name + "-write").start(() -> guarded(this::write));
    }

    // ---- what this side wants

    /** Waits until the other side has proven what it must. */
    void awaitReady() throws InterruptedException {
        Waiting.on(ready);
    }

    /** Says it, and waits until that is handed to the system. */
    void say(Command command) throws InterruptedException {
        byte[] frame = Commands.frame(command, terms.limits().frameBytes());
        CompletableFuture<Void> written = outbox.put(() -> frame);
        try {
            Waiting.on(written);
        } finally {
            written.cancel(false); // if it is not needed any more and still waits
        }
    }

    /** Asks for the other side's metadata and waits for it. */
    byte[] fetch() throws InterruptedException {
        fetching.lockInterruptibly();
        try {
            CompletableFuture<byte[]> mine = new CompletableFuture<>();
            answer.set(mine);
            requireAlive();
            say(new Command.Send());
            return Waiting.on(mine);
        } catch (InterruptedException e) {
            // An answer that came later would be taken for that of the next fetch.
            end(Ending.broken("a fetch was given up, and its answer may still come"));
            throw e;
        } finally {
            answer.set(null);
            fetching.unlock();
        }
    }

    private void requireAlive() {
        Ending why = ending.get();
        if (why != null) {
            throw why.exception();
        }
    }

    /** Nanoseconds since the other side said anything. */
    long silentNanos() {
        return System.nanoTime() - heard;
    }

    boolean isEnded() {
        return ending.get() != null;
    }

    // ---- the end

    /** Ends it; only the first reason counts. */
    void end(Ending why) {
        if (!ending.compareAndSet(null, why)) {
            return;
        }
        closeQuietly(socket);
        outbox.end(why);
        ready.completeExceptionally(why.exception());
        CompletableFuture<byte[]> pending = answer.get();
        if (pending != null) {
            pending.completeExceptionally(why.exception());
        }
        keeper.ended(this);
    }

    static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "closing a socket failed", e);
        }
    }

    /** Waits for both threads until this time; false when one still runs. */
    boolean awaitThreads(long deadlineNanoTime) throws InterruptedException {
        return gone.await(deadlineNanoTime - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    /** Work of one of the threads. */
    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private void guarded(Work work) {
        try {
            work.run();
        } catch (InterruptedException e) {
            end(Ending.broken("the thread of the connection to " + address + " was interrupted"));
        } catch (IOException e) {
            broken(e);
        } catch (RuntimeException | Error e) {
            terms.complaints().warn("defect", address, "is let go, since serving it failed: " + e);
            LOG.log(System.Logger.Level.DEBUG, "serving " + address + " failed", e);
            end(Ending.broken("serving " + address + " failed: " + e));
        } finally {
            if (threads.decrementAndGet() == 0) {
                keeper.gone(this);
                gone.countDown();
            }
        }
    }

    private void broken(IOException why) {
        boolean blame = why instanceof ProtocolException || why instanceof SocketTimeoutException;
        if (!isEnded() && blame) {
            terms.complaints().warn("broken", address, "is let go: " + why.getMessage());
        }
        end(
                gate.isOpen() || !blame
                        ? Ending.broken("the connection to " + address + " broke: " + why.getMessage())
                        : refused("the other side does not prove that it knows the secret: " + why.getMessage()));
    }

    // ---- reading

    private void read() throws IOException, InterruptedException {
        try (decoder) {
            greet();
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[BUFFER];
            while (!isEnded()) {
                socket.setSoTimeout(patienceMillis());
                int count = read(in, buffer);
                heard = System.nanoTime();
                if (count < 0) {
                    leave();
                    return;
                }
                take(buffer, count);
            }
        }
    }

    private int read(InputStream in, byte[] buffer) throws IOException {
        try {
            return in.read(buffer);
        } catch (SocketTimeoutException e) {
            throw new SocketTimeoutException(
                    gate.isOpen() ? "a frame that has begun does not go on" : "the proof does not come");
        }
    }

    private void greet() throws InterruptedException {
        Command greeting = gate.greeting();
        if (greeting != null) {
            post(greeting);
        } else if (gate.isOpen()) {
            ready.complete(null);
        }
    }

    /** Time for the next bytes; 0: for ever, between frames. */
    private int patienceMillis() throws SocketTimeoutException {
        long left = Long.MAX_VALUE;
        if (!gate.isOpen()) {
            left = left(opened, terms.limits().proof());
        }
        if (decoder.isInFrame()) {
            left = Math.min(left, terms.limits().stall().toNanos());
            left = Math.min(left, left(frameStart, terms.limits().frame()));
        }
        if (left <= 0) {
            throw new SocketTimeoutException("it takes too long");
        }
        return left == Long.MAX_VALUE ? 0 : (int) Math.min(Integer.MAX_VALUE, Math.max(1, left / 1_000_000));
    }

    private static long left(long start, Duration limit) {
        return limit.toNanos() - (System.nanoTime() - start);
    }

    /** The other side has no more to say; it may still read what it asked for. */
    private void leave() throws EOFException {
        if (decoder.isInFrame()) {
            throw new EOFException("closed in the middle of a frame");
        }
        CompletableFuture<byte[]> pending = answer.get();
        if (pending != null || !ready.isDone()) {
            end(Ending.broken("the other side at " + address + " closed the connection"));
        }
        outbox.finish();
    }

    private void take(byte[] buffer, int count) throws IOException, InterruptedException {
        int at = 0;
        while (at < count && !isEnded()) {
            boolean begins = !decoder.isInFrame();
            at = feed(buffer, at, count);
            if (begins) {
                frameStart = System.nanoTime();
            }
            byte[] frame = decoder.frame();
            if (frame != null) {
                for (Command command : Commands.parse(frame)) {
                    hear(command);
                }
                decoder.release();
            }
        }
    }

    private int feed(byte[] buffer, int from, int to) throws IOException, InterruptedException {
        try {
            return decoder.feed(buffer, from, to);
        } catch (ProtocolException e) {
            String asked = gate.asked();
            if (asked != null) {
                dismiss(new Refusal("the other side does not prove that it knows the secret", asked));
                return to;
            }
            throw e;
        }
    }

    private void hear(Command command) throws IOException, InterruptedException {
        if (isEnded()) {
            return;
        }
        if (gate.isOpen()) {
            serve(command);
            return;
        }
        try {
            Command next = gate.answer(command);
            if (next != null) {
                post(next);
            }
            if (gate.isOpen()) {
                decoder.limit(terms.limits().frameBytes());
                ready.complete(null);
            }
        } catch (Refusal e) {
            dismiss(e);
        }
    }

    // ---- writing

    private void write() throws IOException, InterruptedException {
        outbox.run();
        end(Ending.broken("the other side at " + address + " closed the connection"));
    }

    /** Queues it and does not wait until it is written. */
    private void post(Command command) throws InterruptedException {
        var _ = outbox.put(() -> Commands.frame(command, terms.limits().frameBytes()));
    }

    /** Ends it, not before the other side could read why. */
    private void dismiss(Refusal why) throws IOException, InterruptedException {
        Ending refused = refused(Objects.requireNonNull(why.getMessage()));
        terms.complaints().warn("refused", address, "is turned away: " + why.getMessage());
        ready.completeExceptionally(refused.exception());
        if (why.toThem() != null) {
            say(new Command.Deny(why.toThem()));
            socket.shutdownOutput();
            farewell();
        }
        end(refused);
    }

    private static Ending refused(String why) {
        return new Ending(
                ErrorCode.NOT_ALLOWED,
                why,
                "set the same agent.listen_secret on both sides, or none; native agents know no secret");
    }

    /** To close with bytes unread would make the system drop what was written. */
    private void farewell() throws IOException {
        long start = System.nanoTime();
        byte[] dropped = new byte[BUFFER];
        InputStream in = socket.getInputStream();
        for (int total = 0; total < FAREWELL_BYTES; ) {
            long left = left(start, terms.limits().proof());
            if (left <= 0) {
                return;
            }
            socket.setSoTimeout((int) Math.max(1, left / 1_000_000));
            int count;
            try {
                count = in.read(dropped);
            } catch (IOException e) {
                return; // it goes without a farewell
            }
            if (count < 0) {
                return;
            }
            total += count;
        }
    }

    // ---- what the other side wants

    private void serve(Command command) throws InterruptedException {
        switch (command) {
            case Command.Load(byte[] metadata) -> loaded(metadata);
            case Command.Send() -> asked();
            case Command.Invalidate(String name) -> forget(name);
            case Command.Deny(String why) -> denied(Shown.text(why));
            case Command.Prove _ ->
                post(new Command.Deny("this agent has no secret: set agent.listen_secret here or unset it there"));
            case Command.Unknown(String letters) ->
                terms.complaints().warn("unknown", address, "says what is no command: " + Shown.text(letters));
        }
    }

    private void loaded(byte[] metadata) {
        CompletableFuture<byte[]> pending = answer.get();
        if (pending != null && pending.complete(metadata)) {
            return;
        }
        if (!isAllowed(Permission.LOAD)) {
            return;
        }
        if (metadata.length == 0) {
            LOG.log(System.Logger.Level.DEBUG, "{0} has no metadata that others could use", address);
            return;
        }
        try {
            terms.household().load(metadata);
        } catch (NixlException e) {
            if (isEnded()) {
                return; // perhaps it is this side's own end that keeps it from being taken
            }
            terms.complaints()
                    .warn(
                            "load",
                            address,
                            "sent metadata that is not taken: " + Shown.text(String.valueOf(e.getMessage())));
        }
    }

    private void asked() throws InterruptedException {
        if (isAllowed(Permission.FETCH)) {
            var _ = outbox.put(this::metadata);
        } else {
            post(new Command.Deny("this agent does not let others fetch its metadata (agent.listen_commands)"));
        }
    }

    /** As it is when the answer is written; an empty LOAD is native NIXL's way to say that there is none. */
    private byte[] metadata() {
        long limit = terms.limits().frameBytes();
        try {
            return terms.frame().of(terms.household().metadata(), limit);
        } catch (NixlException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> address + " asks for metadata, and gets none: " + e.getMessage());
            return Commands.frame(new Command.Load(new byte[0]), limit);
        }
    }

    private void forget(String name) {
        if (isAllowed(Permission.INVALIDATE) && !terms.household().forget(name)) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    () -> address + " says that an unknown peer is gone: " + Shown.text(name));
        }
    }

    private void denied(String why) {
        CompletableFuture<byte[]> pending = answer.get();
        boolean told = pending != null
                && pending.completeExceptionally(refusedThere("the agent at " + address + " refuses: " + why)
                        .exception());
        if (!told) {
            terms.complaints().warn("denied", address, "refuses what this agent sent: " + why);
        }
    }

    private static Ending refusedThere(String why) {
        return new Ending(
                ErrorCode.NOT_ALLOWED, why, "see agent.listen_secret and agent.listen_commands on both sides");
    }

    private boolean isAllowed(Permission permission) {
        if (terms.allowed().contains(permission)) {
            return true;
        }
        terms.complaints()
                .warn(
                        permission.word(),
                        address,
                        "asks to " + permission.word() + ", which agent.listen_commands does not allow");
        return false;
    }

    @Override
    public String toString() {
        return "connection to " + address + ":" + socket.getPort();
    }
}
