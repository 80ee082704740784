// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the workers' TCP sockets each second, of which UCX tells nobody.
 *
 * <p>It sees to {@link LateResets}. And it finds peers whose host is gone or cannot be reached any more, once they were asked for. UCX leaves
 * that to the kernel, which sends for a quarter of an hour before it gives up (tcp(7), tcp_retries2); TCP's keepalive does not help there, since
 * UCX's own messages of that kind wait to be acknowledged too. Who is stopped or slow is not meant: its kernel answers. A connection that is
 * silent for too long is shut down under UCX, which then finds it broken as if the other side had ended it.
 *
 * <p>A thread that is there from {@link #start} on. Thread-safe.
 */
final class SocketWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.jnixl.backend.ucx");
    private static final long LOOK_MILLIS = 1_000;

    /**
     * One worker.
     *
     * @param cutting whether it has been left to its owner to shut some down
     * @param adapting the same of {@link LateResets#adapt}
     */
    private record Watched(
            UcxWorker worker, SilentSockets sockets, LateResets resets, AtomicBoolean cutting, AtomicBoolean adapting) {
        Watched(UcxWorker worker) {
            this(
                    worker,
                    new SilentSockets(),
                    new LateResets(worker.eventFd()),
                    new AtomicBoolean(),
                    new AtomicBoolean());
        }
    }

    private final String agentName;
    private final List<Watched> workers;
    private final Set<UcxPeer> peers;
    private final long limitNanos;
    private final String why;
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile boolean findsHosts;
    private @Nullable Thread thread;

    /**
     * Watches nothing yet.
     *
     * @param peers those that there are at the time of a look
     * @param limit how long a host may be silent
     */
    SocketWatch(String agentName, UcxWorkers workers, Set<UcxPeer> peers, Duration limit) {
        this.agentName = agentName;
        this.workers = workers.all().map(Watched::new).toList();
        this.peers = peers;
        this.limitNanos = limit.toNanos();
        this.why = "its host has not answered for " + limit.toMillis() + " ms";
    }

    /** From now on. */
    synchronized void start() {
        if (thread == null && end.getCount() > 0) {
            thread = Thread.ofPlatform()
                    .daemon()
                    .name("jnixl-ucx-tcp-" + agentName)
                    .start(this::watch);
        }
    }

    /** Looks for silent hosts, too, from now on: there is a peer that TCP may lead to. */
    void findHosts() {
        findsHosts = true;
    }

    private void watch() {
        try {
            boolean warned = false;
            while (!end.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                if (findsHosts && !warned) {
                    warned = true;
                    warnIfBlind();
                }
                workers.forEach(this::look);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody does that but who wants it to end
        }
    }

    private void warnIfBlind() {
        boolean sees = false;
        try {
            sees = TcpSocket.areVisible(workers.getFirst().worker.eventFd());
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "UCX's sockets cannot be seen", e);
        }
        if (!sees) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "agent {0}: /proc/self/fdinfo does not tell UCX''s sockets: hosts that die are noticed over TCP when the kernel gives"
                            + " up, after some 15 minutes",
                    agentName);
        }
    }

    private void look(Watched watched) {
        try {
            UcxWorker worker = watched.worker;
            List<TcpSocket> all = TcpSocket.below(worker.eventFd());
            boolean answers = worker.serves(); // peers connect to no other
            if (answers && watched.resets.isDue(all, worker.isInUse()) && watched.adapting.compareAndSet(false, true)) {
                worker.later(() -> adapt(watched));
            }
            List<TcpSocket> late = findsHosts ? watched.sockets.look(all, System.nanoTime(), limitNanos) : List.of();
            if (!late.isEmpty() && watched.cutting.compareAndSet(false, true)) {
                worker.later(() -> cut(watched, late));
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "UCX's sockets cannot be seen", e);
        } catch (RuntimeException | Error e) { // the next look may do better
            LOG.log(System.Logger.Level.WARNING, "looking at UCX's sockets failed", e);
        }
    }

    private static void adapt(Watched watched) {
        watched.adapting.set(false);
        try {
            watched.resets.adapt(watched.worker.isInUse());
        } catch (IOException | RuntimeException e) { // the next look may do better
            LOG.log(System.Logger.Level.DEBUG, "UCX's sockets cannot be seen", e);
        }
    }

    /** Owner, so that UCX closes no socket meanwhile: shuts down those that are still there and as silent. */
    private void cut(Watched watched, List<TcpSocket> late) {
        UcxWorker worker = watched.worker;
        watched.cutting.set(false);
        worker.letUcxNotice(); // what has come through them before, and which of them are broken by now
        List<UcxPeer> sound =
                peers.stream().filter(peer -> !hasFailed(peer, worker)).toList();
        if (!TcpSocket.shutDownStillSilent(worker.eventFd(), late)) {
            return;
        }
        worker.letUcxNotice();
        sound.stream().filter(peer -> hasFailed(peer, worker)).forEach(peer -> peer.goneBecause(why));
    }

    private static boolean hasFailed(UcxPeer peer, UcxWorker worker) {
        return peer.lane(worker.index()).hasFailed();
    }

    /** Ends the thread and waits for that. */
    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            end.countDown();
            running = thread;
        }
        if (running != null && running != Thread.currentThread()) {
            Threads.join(running);
        }
    }
}
