// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import io.etcd.jetcd.api.WatchCreateRequest.FilterType;
import io.grpc.StatusRuntimeException;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Waits on a virtual thread for the end of one publication of one peer: for the deletion of its prefix key. A watch that
 * breaks loses nothing, since the key is looked at again, and tells by its creation whether it was gone meanwhile.
 */
final class PeerWatch {
    private static final System.Logger LOG = System.getLogger("io.jnixl.metadata.etcd");
    private static final Duration PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(4);
    private static final Duration ONE_LOOK = Duration.ofSeconds(1);

    private final String agent;
    private final Snapshot seen;
    private final Servers servers;
    private final Store store;
    private final Keys keys;
    private final Consumer<PeerWatch> gone;
    private final Thread thread;

    PeerWatch(String agent, Snapshot seen, Servers servers, Store store, Keys keys, Consumer<PeerWatch> gone) {
        this.agent = agent;
        this.seen = seen;
        this.servers = servers;
        this.store = store;
        this.keys = keys;
        this.gone = gone;
        this.thread = Thread.ofVirtual().name("jnixl-etcd-watch-" + agent).unstarted(this::run);
    }

    String agent() {
        return agent;
    }

    Snapshot seen() {
        return seen;
    }

    void start() {
        thread.start();
    }

    void close() {
        thread.interrupt();
    }

    private void run() {
        long from = seen.revision() + 1;
        try {
            while (!deletedSince(from)) {
                Snapshot now = look();
                if (isAnother(now)) {
                    break;
                }
                from = now.revision() + 1;
            }
            gone.accept(this);
        } catch (RuntimeException e) {
            boolean closed = e instanceof NixlException known && known.code() == ErrorCode.CANCELED;
            LOG.log(
                    closed ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
                    "agent " + agent + " is watched no longer: that it withdraws will not be noticed",
                    e);
        }
    }

    /** False when the watch broke. */
    private boolean deletedSince(long from) {
        try {
            return servers.awaitEvent(keys.prefix(agent), from, FilterType.NOPUT, Deadline.never());
        } catch (StatusRuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "the watch of agent " + agent + " broke", e);
            return false;
        }
    }

    /** Looks until etcd answers, ever more rarely. */
    private Snapshot look() {
        Duration pause = PAUSE;
        while (true) {
            Deadline.never().pause(pause);
            try {
                return store.read(agent, "", Deadline.in(ONE_LOOK));
            } catch (NixlException e) {
                if (e.code() == ErrorCode.CANCELED) {
                    throw e;
                }
                LOG.log(System.Logger.Level.DEBUG, "agent " + agent + " cannot be looked after just now", e);
            }
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    /** Where there was no prefix key, its absence says nothing. */
    private boolean isAnother(Snapshot now) {
        return seen.publication() != 0 && now.publication() != seen.publication();
    }
}
