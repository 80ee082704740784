// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.ucx;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jnixl.nativesupport.NativeCalls;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells at once when the process of a peer on this host has ended, and within a second when its agent was closed and the process
 * lives on. UCX finds out the former over shared memory by looking now and then, and (1.13) not always: an endpoint was seen that
 * it never looked at, with messages waiting for room. The latter it does not find out.
 *
 * <p>A thread that sleeps in epoll_wait(2) on descriptors of the processes (pidfd_open(2), Linux 5.3 or later), and is there
 * once the first was added. Where the kernel gives none, UCX is left to find out. Thread-safe.
 */
final class ProcessWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.jnixl.backend.ucx");
    private static final long SYS_PIDFD_OPEN = 434; // on all architectures
    private static final int CLOEXEC = 02000000;
    private static final int NONBLOCK = 04000;
    private static final int CTL_ADD = 1;
    private static final int IN = 1;
    private static final int EVENT_BYTES = 12; // packed, on x86-64, which is where UCX's Java binding runs
    private static final long STOP = 0;
    private static final int LOOK_MILLIS = 900;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private static final MethodHandle SYSCALL =
            NativeCalls.libc("syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle EVENTFD =
            NativeCalls.libc("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle EPOLL_CREATE =
            NativeCalls.libc("epoll_create1", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle EPOLL_CTL =
            NativeCalls.libc("epoll_ctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle EPOLL_WAIT =
            NativeCalls.libc("epoll_wait", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT));
    private static final MethodHandle WRITE =
            NativeCalls.libc("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle CLOSE = NativeCalls.libc("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private record Watched(UcxPeer peer, PeerProcess process, int descriptor, QueueCheck queue) {}

    private final String agentName;

    // guarded by this
    private final Map<Long, Watched> watched = new HashMap<>();
    private long lastToken = STOP;
    private int epoll = -1;
    private int bell = -1;
    private boolean closed;
    private @Nullable Thread thread;

    ProcessWatch(String agentName) {
        this.agentName = agentName;
    }

    /**
     * From now on the peer hears when this process ends, or leaves its queue; also if that has happened by now. One that is closed
     * goes on hearing it, for the sake of the endpoints that it has left behind, until another is added in its place.
     */
    synchronized void add(UcxPeer peer, PeerProcess process) {
        if (closed || !isStarted()) {
            return;
        }
        watched.values().removeIf(w -> {
            boolean replaced = w.process.equals(process) && w.peer.isLeaving();
            if (replaced) {
                close(w.descriptor);
            }
            return replaced;
        });
        long pid = process.pid();
        int descriptor = (int) call(() -> (long) SYSCALL.invokeExact(SYS_PIDFD_OPEN, pid, 0L));
        if (descriptor < 0) {
            LOG.log(System.Logger.Level.DEBUG, "no descriptor of process {0}, of {1}", Long.toString(pid), peer);
            if (ProcessHandle.of(pid).isEmpty()) {
                peer.ended();
            }
            return;
        }
        long token = ++lastToken;
        watched.put(token, new Watched(peer, process, descriptor, new QueueCheck(process)));
        listen(descriptor, token);
    }

    private boolean isStarted() {
        if (thread == null) {
            epoll = (int) call(() -> (int) EPOLL_CREATE.invokeExact(CLOEXEC));
            bell = (int) call(() -> (int) EVENTFD.invokeExact(0, CLOEXEC | NONBLOCK));
            if (epoll < 0 || bell < 0) {
                LOG.log(System.Logger.Level.WARNING, "out of descriptors: the ends of peers may be noticed late");
                closeBoth();
                return false;
            }
            listen(bell, STOP);
            int descriptor = epoll;
            thread = Thread.ofPlatform()
                    .daemon()
                    .name("jnixl-ucx-deaths-" + agentName)
                    .start(() -> watch(descriptor));
        }
        return true;
    }

    private void closeBoth() {
        if (epoll >= 0) {
            close(epoll);
        }
        if (bell >= 0) {
            close(bell);
        }
        epoll = -1;
        bell = -1;
    }

    private void listen(int descriptor, long token) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(EVENT_BYTES, Long.BYTES);
            event.set(JAVA_INT, 0, IN);
            event.set(ValueLayout.JAVA_LONG_UNALIGNED, Integer.BYTES, token);
            int poll = epoll;
            long at = event.address();
            call(() -> (int) EPOLL_CTL.invokeExact(poll, CTL_ADD, descriptor, at));
        }
    }

    private void watch(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment event = arena.allocate(EVENT_BYTES, Long.BYTES);
            long at = event.address();
            long looked = System.nanoTime();
            while (true) {
                int millis = (int) Math.max(LOOK_MILLIS - (System.nanoTime() - looked) / NANOS_PER_MILLI, 0);
                long count = call(() -> (int) EPOLL_WAIT.invokeExact(descriptor, at, 1, millis));
                long token = event.get(ValueLayout.JAVA_LONG_UNALIGNED, Integer.BYTES);
                if (count > 0 && token == STOP) {
                    return;
                }
                if (count > 0) {
                    tell(token, UcxPeer::ended);
                }
                if (System.nanoTime() - looked >= LOOK_MILLIS * NANOS_PER_MILLI) {
                    lookAtQueues();
                    looked = System.nanoTime();
                }
            }
        }
    }

    private void tell(long token, Consumer<UcxPeer> what) {
        Watched gone;
        synchronized (this) {
            gone = watched.remove(token);
            if (gone == null) {
                return;
            }
            close(gone.descriptor);
        }
        what.accept(gone.peer);
    }

    /** The table of all segments is read once for all; more only where there is a cause. */
    private void lookAtQueues() {
        Map<Long, Watched> all;
        synchronized (this) {
            all = Map.copyOf(watched);
        }
        if (all.isEmpty()) {
            return;
        }
        long now = Instant.now().getEpochSecond();
        try {
            Map<Long, SharedSegments.Segment> segments = SharedSegments.all();
            all.forEach((token, each) -> {
                if (each.queue.isLeft(segments, now)) {
                    tell(token, UcxPeer::closedElsewhere);
                }
            });
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the segments of shared memory cannot be seen", e);
        }
    }

    /** Ends the thread and waits for that. */
    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            watched.values().forEach(w -> close(w.descriptor));
            watched.clear();
            running = thread;
            ring();
        }
        if (running != null && running != Thread.currentThread()) {
            Threads.join(running);
        }
        synchronized (this) {
            if (running != null) {
                closeBoth();
            }
        }
    }

    private void ring() {
        if (bell >= 0) {
            try (Arena arena = Arena.ofConfined()) {
                long one = arena.allocateFrom(JAVA_LONG, 1).address();
                int descriptor = bell;
                call(() -> (long) WRITE.invokeExact(descriptor, one, (long) Long.BYTES));
            }
        }
    }

    private static void close(int descriptor) {
        call(() -> (int) CLOSE.invokeExact(descriptor));
    }

    private interface Call {
        long run() throws Throwable;
    }

    private static long call(Call native_) {
        try {
            return native_.run();
        } catch (Throwable t) {
            throw NativeCalls.rethrow(t);
        }
    }
}
