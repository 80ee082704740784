// SPDX-License-Identifier: Apache-2.0
package io.jnixl.testsupport;

import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Asks the C compiler what a header says: sizes, offsets and constants, to be compared with what the Java code believes.
 * Needs {@code cc} and the header; their absence is an error, since a check that does not run checks nothing.
 *
 * @since 0.1
 */
public final class CProbe {
    private static final long LIMIT_SECONDS = 60;

    private final List<String> headers;
    private final List<String> questions = new ArrayList<>();

    /** Asks about these headers, such as {@code ucp/api/ucp.h}. */
    public CProbe(String... headers) {
        this.headers = List.of(headers);
    }

    /** Asks for the value of a constant expression. */
    public CProbe value(String expression) {
        questions.add(expression);
        return this;
    }

    /** Asks for the size of a type. */
    public CProbe size(String type) {
        return value("sizeof(" + type + ")");
    }

    /** Asks where a field lies. */
    public CProbe offset(String type, String field) {
        return value("offsetof(" + type + ", " + field + ")");
    }

    /** Where the named members of a layout lie, in the words of the questions, for comparison with {@link #ask}. */
    public static Map<String, Long> offsets(String type, StructLayout layout) {
        Map<String, Long> offsets = new LinkedHashMap<>();
        for (MemoryLayout member : layout.memberLayouts()) {
            member.name()
                    .ifPresent(name -> offsets.put(
                            "offsetof(" + type + ", " + name + ")",
                            layout.byteOffset(MemoryLayout.PathElement.groupElement(name))));
        }
        return offsets;
    }

    /** Compiles and runs. The answers, by question. */
    public Map<String, Long> ask(Path folder) throws IOException, InterruptedException {
        StringBuilder source = new StringBuilder("#define _GNU_SOURCE\n#include <stddef.h>\n#include <stdio.h>\n");
        headers.forEach(h -> source.append("#include <").append(h).append(">\n"));
        source.append("int main(void) {\n");
        questions.forEach(q ->
                source.append("    printf(\"%lld\\n\", (long long)(").append(q).append("));\n"));
        source.append("    return 0;\n}\n");
        Path file = Files.writeString(Files.createTempFile(folder, "probe", ".c"), source);
        Path program = file.resolveSibling(file.getFileName() + ".out");
        run(List.of("cc", "-o", program.toString(), file.toString()));
        List<String> lines = run(List.of(program.toString())).lines().toList();
        Map<String, Long> answers = new LinkedHashMap<>();
        for (int i = 0; i < questions.size(); i++) {
            answers.put(questions.get(i), Long.parseLong(lines.get(i)));
        }
        return answers;
    }

    private static String run(List<String> command) throws IOException, InterruptedException {
        Path log = Files.createTempFile("probe", ".log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
            String output = Files.readString(log, StandardCharsets.UTF_8);
            if (!ended || process.exitValue() != 0) {
                throw new AssertionError(String.join(" ", command) + " failed:\n" + output);
            }
            return output;
        } finally {
            process.destroyForcibly();
            Files.delete(log);
        }
    }
}
