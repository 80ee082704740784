// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.gds;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClasspathRoots;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs these tests where there is no Maven, and says a line of each, so that who reads them knows what was done however this ends.
 * Arguments: the folder of the test classes, and tags to leave out, with commas between.
 */
final class SuiteMain implements TestExecutionListener {
    private static final String LIMIT = "junit.jupiter.execution.timeout.testable.method.default";

    private int passed;
    private int others;

    private SuiteMain() {}

    /** Exit status 1 unless tests ran and all passed. */
    public static void main(String[] args) {
        List<String> tags = List.of(args[1].split(",", -1));
        Launcher launcher = LauncherFactory.create();
        leftOut(launcher.discover(request(args[0], List.of())), tags).forEach(name -> say("left out", name));
        SuiteMain heard = new SuiteMain();
        launcher.execute(request(args[0], tags), heard);
        System.exit(heard.passed > 0 && heard.others == 0 ? 0 : 1);
    }

    private static LauncherDiscoveryRequest request(String folder, List<String> tags) {
        LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClasspathRoots(Set.of(Path.of(folder))))
                .filters(ClassNameFilter.includeClassNamePatterns(".*Test"))
                .configurationParameter(LIMIT, "60 s");
        return tags.isEmpty()
                ? request.build()
                : request.filters(TagFilter.excludeTags(tags)).build();
    }

    private static Set<String> leftOut(TestPlan all, List<String> tags) {
        Set<String> names = new TreeSet<>();
        for (TestIdentifier root : all.getRoots()) {
            for (TestIdentifier test : all.getDescendants(root)) {
                boolean tagged = test.getTags().stream().map(TestTag::getName).anyMatch(tags::contains);
                if (tagged && test.getSource().orElse(null) instanceof MethodSource) {
                    names.add(name(test));
                }
            }
        }
        return names;
    }

    private static String name(TestIdentifier test) {
        return test.getSource().orElse(null) instanceof MethodSource m
                ? m.getClassName().replace("io.jnixl.backend.gds.", "") + "." + m.getMethodName() + " "
                        + test.getDisplayName()
                : test.getDisplayName();
    }

    private static void say(String what, String rest) {
        System.out.println(
                "@@ " + what + " " + rest.strip().lines().map(String::strip).collect(Collectors.joining(" ")));
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        others++;
        say("skipped", name(test) + ": " + reason);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
            if (test.isTest()) {
                passed++;
                say("passed", name(test));
            }
            return;
        }
        others++;
        boolean aborted = result.getStatus() == TestExecutionResult.Status.ABORTED;
        Throwable cause = result.getThrowable().orElse(null);
        say(aborted ? "skipped" : "failed", name(test) + ": " + cause);
        if (cause != null && !aborted) {
            cause.printStackTrace(System.out);
        }
    }
}
