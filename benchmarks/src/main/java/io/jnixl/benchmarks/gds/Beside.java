// SPDX-License-Identifier: Apache-2.0
package io.jnixl.benchmarks.gds;

import io.jnixl.benchmarks.twin.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Holds jnixl against the program in C: each in a process of its own, with a file and a memory of its own. A third process, in C
 * again, says how much of a difference is noise.
 *
 * @param way {@code direct}, or {@code cached} where the file system knows no O_DIRECT
 * @param scratch for the files and the processes' logs
 */
record Beside(Kit kit, Options options, Report report, String way, Path scratch) {

    /** Answers whether every case ran. */
    boolean run() throws IOException {
        boolean whole = true;
        for (Group group : Group.all()) {
            if (report.hasEnded()) {
                return false;
            }
            report.line("\n### " + group + "\n");
            try (Child c = c("c", group);
                    Child ours = ours(group);
                    Child control = c("control", group)) {
                String registered = "C " + c.expect("ready") + ", jnixl " + ours.expect("ready");
                control.expect("ready");
                report.line("The memory is with cuFile: " + registered + ".\n");
                run(List.of(c, ours, control));
            } catch (RuntimeException e) {
                whole = false;
                report.line("\n**Failed:**\n\n```\n" + e.getMessage() + "\n```");
            } finally {
                deleteFiles();
            }
        }
        return whole;
    }

    private void run(List<Child> sides) {
        report.tableHead();
        for (Case what : Case.all(options.bytes())) {
            sides.forEach(side -> side.ask(what.command()));
            Pairs us = Pairs.of(sides.get(0), sides.get(1), options);
            report.tableLine(what, us, Pairs.of(sides.get(0), sides.get(2), options));
        }
    }

    private Child c(String name, Group group) {
        return child(name, kit.c(group.arguments(options, file(name), way)));
    }

    private Child ours(Group group) {
        return child("ours", kit.java(GdsTwin.class.getName(), List.of(), group.arguments(options, file("ours"), way)));
    }

    private Child child(String name, List<String> command) {
        return new Child(name, command, Map.of(), scratch.resolve(name + ".log"));
    }

    private String file(String name) {
        return scratch.resolve(name + ".data").toString();
    }

    private void deleteFiles() throws IOException {
        for (String name : List.of("c", "ours", "control")) {
            Files.deleteIfExists(Path.of(file(name)));
        }
    }
}
