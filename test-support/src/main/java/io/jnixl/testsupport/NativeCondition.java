// SPDX-License-Identifier: Apache-2.0
package io.jnixl.testsupport;

import io.jnixl.nativesupport.NativeLibrary;
import io.jnixl.testsupport.NeedsNative.Native;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Looks for the libraries that {@link NeedsNative} names. */
final class NativeCondition implements ExecutionCondition {
    private static final ConditionEvaluationResult FOUND = ConditionEvaluationResult.enabled("the libraries are there");

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
        for (Native library : needed) {
            if (NativeLibrary.open(library.soname(), List.of(), QUIET) instanceof NativeLibrary.Missing missing) {
                if (isRequired(library)) {
                    throw new AssertionError("required by -Drequire.native: " + missing.reason());
                }
                return ConditionEvaluationResult.disabled(missing.reason());
            }
        }
        return FOUND;
    }

    private static boolean isRequired(Native library) {
        String required = System.getProperty("require.native", "");
        return Arrays.asList(required.split(",", -1)).contains(library.name().toLowerCase(Locale.ROOT));
    }
}
