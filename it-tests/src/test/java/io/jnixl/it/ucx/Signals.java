// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.ucx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stops processes and lets them go on. */
final class Signals {
    private static final Set<Long> STOPPED = ConcurrentHashMap.newKeySet();

    private Signals() {}

    /** SIGSTOP; the process stands when this returns. */
    static void stop(long pid) throws IOException, InterruptedException {
        STOPPED.add(pid);
        run("-STOP", pid);
        io.jnixl.backend.tck.Await.until("process " + pid + " to stop", () -> state(pid) == 'T');
    }

    /** SIGCONT. */
    static void go(long pid) throws IOException, InterruptedException {
        run("-CONT", pid);
        STOPPED.remove(pid);
    }

    /** After a test: a stopped process would outlive it, since only SIGKILL ends it. */
    static void awaitAll() throws IOException, InterruptedException {
        for (long pid : Set.copyOf(STOPPED)) {
            run("-CONT", pid);
            STOPPED.remove(pid);
        }
    }

    private static void run(String signal, long pid) throws IOException, InterruptedException {
        new ProcessBuilder("kill", signal, Long.toString(pid))
                .inheritIO()
                .start()
                .waitFor();
    }

    private static char state(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.charAt(stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            throw new AssertionError("process " + pid + " has ended", e);
        }
    }
}
