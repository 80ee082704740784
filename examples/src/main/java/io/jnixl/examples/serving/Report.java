// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import io.jnixl.api.Agent;
import io.jnixl.api.BackendInfo;
import io.jnixl.api.Transfer;
import java.io.PrintStream;
import java.util.HexFormat;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the demo prints. */
final class Report {
    private static final int SHOWN_TOKENS = 8;

    private final PrintStream out;

    Report(PrintStream out) {
        this.out = out;
    }

    void line(String text) {
        out.println(text);
    }

    /** A line for each backend of an agent, and what became of it. */
    static String backends(Agent agent) {
        return agent.backends().stream().map(Report::backend).collect(Collectors.joining("\n"));
    }

    private static String backend(BackendInfo info) {
        String detail = info.state() == BackendInfo.State.ACTIVE ? String.join(", ", info.features()) : info.reason();
        return String.format(
                Locale.ROOT,
                "  %-8s %-11s %s",
                info.name(),
                info.state().name().toLowerCase(Locale.ROOT),
                (info.version().isEmpty() || info.state() != BackendInfo.State.ACTIVE ? "" : info.version() + ", ")
                        + detail);
    }

    /** The backend that moves this transfer's bytes, and why. */
    static String choice(Agent agent, Transfer transfer) {
        return agent.explain(transfer).toString().lines().findFirst().orElse("");
    }

    /** Who runs where. */
    void sides(Agent decode, Introduction prefill) {
        long pid = ProcessHandle.current().pid();
        if (prefill.pid() == pid) {
            out.println("one process: pid " + pid);
            out.println("backends found");
            out.println(backends(decode));
            return;
        }
        out.println("two processes: decode is pid " + pid + ", prefill is pid " + prefill.pid());
        out.println("backends found by decode (pid " + pid + ")");
        out.println(backends(decode));
        out.println("backends found by prefill (pid " + prefill.pid() + ")");
        out.println(prefill.backends());
    }

    void choices(Agent decode, Introduction prefill, PrefixStore store) {
        out.println("chosen");
        out.println("  by prefill, pages to decode: " + prefill.choice());
        out.println("  by decode, pages to file:    " + choice(decode, store.anyTransfer()));
        out.println("pages to the file lie in " + store.place());
    }

    void answer(int number, int promptTokens, Decoder.Answer answer, boolean same) {
        byte[] bytes = new byte[Math.min(SHOWN_TOKENS, answer.tokens().length)];
        for (int t = 0; t < bytes.length; t++) {
            bytes[t] = (byte) answer.tokens()[t];
        }
        String origin = answer.restoredBlocks() == 0
                ? "pushed by prefill"
                : answer.restoredBlocks() + " blocks restored from the file, the rest computed";
        out.printf(
                Locale.ROOT,
                "prompt %d: %4d tokens, %s; answer %s%s %s%n",
                number,
                promptTokens,
                origin,
                HexFormat.of().formatHex(bytes),
                answer.tokens().length > bytes.length ? "..." : "",
                same ? "equals one agent's" : "DIFFERS from one agent's");
    }

    void figures(Figures pushes, PrefixStore store) {
        out.printf(
                Locale.ROOT,
                "moved to decode: %.2f MB in %.1f ms of transfers, %.2f GB/s; %.0f %% of that time hidden behind %.0f ms of compute%n",
                pushes.bytes() / 1e6,
                pushes.transferMillis(),
                pushes.gigabytesPerSecond(),
                100 * pushes.hiddenShare(),
                pushes.computeMillis());
        out.printf(
                Locale.ROOT,
                "moved to the file: %.2f MB, restored from it: %.2f MB, %.2f GB/s%n",
                store.savedBytes() / 1e6,
                store.loadedBytes() / 1e6,
                store.gigabytesPerSecond());
    }
}
