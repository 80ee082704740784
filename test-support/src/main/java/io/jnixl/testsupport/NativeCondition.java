// SPDX-License-Identifier: Apache-2.0
package io.jnixl.testsupport;

import io.jnixl.nativesupport.NativeLibrary;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Looks for the libraries and programs that {@link NeedsNative} names. */
final class NativeCondition implements ExecutionCondition {
    private static final ConditionEvaluationResult FOUND = ConditionEvaluationResult.enabled("what it needs is there");

    /** What UCX does while it loads, and must not do in a Java process. */
    private static final Map<String, String> QUIET =
            Map.of("UCX_ERROR_SIGNALS", "", "UCX_DEBUG_SIGNO", "0", "UCX_LOG_FILE", "stderr");

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getElement(), NeedsNative.class)
                .map(needed -> check(needed.value()))
                .orElse(FOUND);
    }

    private static ConditionEvaluationResult check(Native[] needed) {
        for (Native one : needed) {
            String missing = one.isLibrary() ? missingLibrary(one.file()) : missingProgram(one.file());
            if (missing != null) {
                if (isRequired(one)) {
                    throw new AssertionError("required by -Drequire.native: " + missing);
                }
                return ConditionEvaluationResult.disabled(missing);
            }
        }
        return FOUND;
    }

    private static @Nullable String missingLibrary(String soname) {
        return NativeLibrary.open(soname, List.of(), QUIET) instanceof NativeLibrary.Missing missing
                ? missing.reason()
                : null;
    }

    private static @Nullable String missingProgram(String name) {
        String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
        boolean found = Arrays.stream(path.split(File.pathSeparator, -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
        return found ? null : "there is no program " + name + " on the PATH";
    }

    private static boolean isRequired(Native one) {
        String required = System.getProperty("require.native", "");
        return Arrays.asList(required.split(",", -1)).contains(one.name().toLowerCase(Locale.ROOT));
    }
}
