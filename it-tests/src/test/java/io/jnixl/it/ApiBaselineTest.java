// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.attribute.InnerClassInfo;
import java.lang.classfile.attribute.InnerClassesAttribute;
import java.lang.classfile.attribute.ModuleAttribute;
import java.lang.classfile.attribute.ModuleExportInfo;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What others compiled against stays as it was, or changes on purpose: every public class of the exported packages, with its
 * public and protected members as javap prints them, is compared with a file that is under version control. That a method is
 * {@code synchronized} or {@code native} does not count. After an intended change run this test with
 * {@code -Djnixl.baseline.accept=true}, which writes the file anew, and commit it.
 */
class ApiBaselineTest {
    private static final ToolProvider JAVAP =
            ToolProvider.findFirst("javap").orElseThrow(() -> new IllegalStateException("this JDK has no javap"));

    @ParameterizedTest
    @ValueSource(strings = {"api", "spi", "agent", "guice", "backend-tck"})
    void onlyIntendedChanges(String module) throws IOException {
        List<String> now = signatures(Path.of("..", module, "target", "classes"));
        Path baseline = Path.of("src", "test", "resources", "io", "jnixl", "it", "baseline", module + ".txt");
        if (Boolean.getBoolean("jnixl.baseline.accept")) {
            Files.write(baseline, now);
            return;
        }
        List<String> then = Files.readAllLines(baseline);
        assertThat(without(then, now))
                .as(
                        "gone or changed in %s: breaks who was compiled against it; docs/releasing.md says when that is allowed",
                        module)
                .isEmpty();
        assertThat(without(now, then))
                .as("new in %s: run ApiBaselineTest with -Djnixl.baseline.accept=true and commit %s", module, baseline)
                .isEmpty();
    }

    private static List<String> without(List<String> these, List<String> those) {
        Set<String> known = Set.copyOf(those);
        return these.stream().filter(line -> !known.contains(line)).toList();
    }

    /** One line for each class, and one for each member, which begins with the name of its class. */
    private static List<String> signatures(Path classes) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String exported : exportedPackages(classes)) {
            try (Stream<Path> files = Files.list(classes.resolve(exported))) {
                for (Path file :
                        files.filter(ApiBaselineTest::isPublic).sorted().toList()) {
                    lines.addAll(signature(file));
                }
            }
        }
        assertThat(lines).isNotEmpty();
        return lines;
    }

    private static List<String> exportedPackages(Path classes) throws IOException {
        ModuleAttribute module = ClassFile.of()
                .parse(classes.resolve("module-info.class"))
                .findAttribute(Attributes.module())
                .orElseThrow();
        return module.exports().stream()
                .filter(export -> export.exportsTo().isEmpty())
                .map(ModuleExportInfo::exportedPackage)
                .map(exported -> exported.name().stringValue())
                .sorted()
                .toList();
    }

    /** A nested class is as public as the flags among its inner classes say, and no more than what it is nested in. */
    private static boolean isPublic(Path file) {
        if (!file.toString().endsWith(".class") || file.endsWith("package-info.class")) {
            return false;
        }
        ClassModel model = parse(file);
        if (!model.flags().has(AccessFlag.PUBLIC)) {
            return false;
        }
        Optional<InnerClassInfo> nested = nesting(model);
        if (nested.isEmpty()) {
            return true;
        }
        Optional<String> outer =
                nested.get().outerClass().map(entry -> entry.name().stringValue());
        return outer.isPresent()
                && (nested.get().has(AccessFlag.PUBLIC) || nested.get().has(AccessFlag.PROTECTED))
                && isPublic(
                        file.resolveSibling(outer.get().substring(outer.get().lastIndexOf('/') + 1) + ".class"));
    }

    private static Optional<InnerClassInfo> nesting(ClassModel model) {
        return model.findAttribute(Attributes.innerClasses())
                .map(InnerClassesAttribute::classes)
                .flatMap(all -> all.stream()
                        .filter(inner -> inner.innerClass().equals(model.thisClass()))
                        .findFirst());
    }

    private static ClassModel parse(Path file) {
        try {
            return ClassFile.of().parse(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> signature(Path file) {
        StringWriter out = new StringWriter();
        PrintWriter printer = new PrintWriter(out);
        assertThat(JAVAP.run(printer, printer, "-protected", file.toString()))
                .as("javap %s: %s", file, out)
                .isZero();
        List<String> printed = out.toString()
                .lines()
                .filter(line -> !line.startsWith("Compiled from") && !line.equals("}"))
                .map(line -> line.strip().replaceAll(" \\{$|;$|\\b(synchronized|native) ", ""))
                .toList();
        String name = file.getFileName().toString().replace(".class", "");
        return Stream.concat(
                        Stream.of(printed.getFirst()),
                        printed.stream()
                                .skip(1)
                                .map(member -> name + ": " + member)
                                .sorted())
                .collect(Collectors.toList());
    }
}
