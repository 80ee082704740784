// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.fio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs fio for an interval: io_uring with registered buffers and files; fio itself asks for the best settings of the ring. The
 * processor time that it reports is its thread's: what workers of the kernel do for it, as with tmpfs, is missing there, and is
 * in jnixl's.
 */
final class FioSide {
    private final Case what;

    FioSide(Case what) {
        this.what = what;
    }

    List<String> command() {
        return List.of(
                "fio",
                "--name=pair",
                "--filename=" + what.file(),
                "--rw=" + what.word(),
                "--bs=" + what.block(),
                "--direct=" + (what.direct() ? 1 : 0),
                "--invalidate=0",
                "--overwrite=1",
                "--ioengine=io_uring",
                "--fixedbufs=1",
                "--registerfiles=1",
                "--iodepth=" + what.depth(),
                "--time_based",
                "--runtime=" + what.seconds(),
                "--norandommap",
                "--randrepeat=0",
                "--output-format=json");
    }

    Sample run() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String json = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = process.waitFor();
        if (exit != 0) {
            throw new IOException("fio ended with " + exit + ": " + json);
        }
        String side = json.substring(json.indexOf(what.write() ? "\"write\" : {" : "\"read\" : {"));
        long ios = (long) number(side, "total_ios");
        long nanos = (long) (number(side, "runtime") * 1e6);
        double busy = (number(json, "usr_cpu") + number(json, "sys_cpu")) / 100;
        return new Sample(ios, nanos, (long) (busy * number(json, "job_runtime") * 1e6));
    }

    /** The first number of that name. */
    private static double number(String json, String name) throws IOException {
        Matcher found = Pattern.compile("\"" + name + "\" : ([0-9.]+)").matcher(json);
        if (!found.find()) {
            throw new IOException("fio does not say " + name + ": " + json);
        }
        return Double.parseDouble(found.group(1));
    }
}
