// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.meeting;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.Listener;
import io.jnixl.api.NixlException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;

/** A door with a household that notes what comes in. */
abstract class DoorFixture {
    static final Duration LONG = Duration.ofSeconds(20);
    static final Duration SHORT = Duration.ofMillis(400);
    static final Limits PATIENT = new Limits(1L << 30, LONG, LONG, LONG, LONG);

    /** What happened, in order: {@code load text}, {@code forget name}. */
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();

    final List<String> log = new CopyOnWriteArrayList<>();
    final List<Door> doors = new ArrayList<>();
    volatile byte[] metadata = "metadata of me".getBytes(ISO_8859_1);

    private final class Notes implements Household {
        @Override
        public byte[] metadata() {
            if (metadata.length == 0) {
                throw new NixlException(ErrorCode.INVALID_PARAM, "no backend");
            }
            return metadata;
        }

        @Override
        public void load(byte[] bytes) {
            String text = new String(bytes, ISO_8859_1);
            events.add("load " + text);
            if (text.startsWith("bad")) {
                throw new NixlException(ErrorCode.MISMATCH, "malformed\nmetadata");
            }
        }

        @Override
        public boolean forget(String name) {
            events.add("forget " + name);
            return name.startsWith("known");
        }
    }

    Door door() {
        return door(PATIENT, EnumSet.allOf(Permission.class), null, 1000);
    }

    Door door(Limits limits) {
        return door(limits, EnumSet.allOf(Permission.class), null, 1000);
    }

    Door door(Limits limits, Set<Permission> allowed, String secret, int most) {
        Complaints complaints = new Complaints("me", System::nanoTime, log::add);
        Secret known = secret == null ? null : new Secret(secret);
        Door door =
                new Door(new Terms("me", new Notes(), allowed, known, limits, new Budget(1L << 29), complaints), most);
        doors.add(door);
        return door;
    }

    static Listener listen(Door door) {
        return door.listen("127.0.0.1", 0);
    }

    static Endpoint at(Listener listener) {
        return new Endpoint("127.0.0.1", listener.port());
    }

    static InetSocketAddress addressOf(Listener listener) {
        return listener.address();
    }

    String event() {
        try {
            String event = events.poll(LONG.toSeconds(), TimeUnit.SECONDS);
            assertThat(event).as("an event").isNotNull();
            return event;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static void eventually(BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(deadline - System.nanoTime()).as("time left").isPositive();
            LockSupport.parkNanos(200_000);
        }
    }

    /** A call that blocks. */
    interface Call<T> {
        T run() throws Exception;
    }

    /** Runs it on a virtual thread; cancelling interrupts it. */
    static <T> FutureTask<T> start(Call<T> call) {
        FutureTask<T> task = new FutureTask<>(call::run);
        Thread.ofVirtual().start(task);
        return task;
    }

    static <T> T result(FutureTask<T> task) {
        try {
            return task.get(LONG.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException | InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** What the call failed with. */
    static NixlException failure(FutureTask<?> task) {
        try {
            throw new AssertionError("no failure but " + task.get(LONG.toSeconds(), TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(NixlException.class);
            return (NixlException) e.getCause();
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    /** Open ones of this process. */
    static long descriptors() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void closeAll() {
        for (Door door : doors) {
            door.close(System.nanoTime() + LONG.toNanos());
            assertThat(door.connections()).as("connections with threads").isZero();
            assertThat(door.terms().budget().used()).as("bytes of frames").isZero();
        }
    }
}
