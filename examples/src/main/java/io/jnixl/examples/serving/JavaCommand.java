// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How to start another class in a Java process like this one: the same java, options, class path and module path. */
final class JavaCommand {
    /** Two processes cannot listen at one port; and these two are set by what follows. */
    private static final List<String> NOT_TAKEN = List.of(
            "-agentlib:jdwp", "-Xrunjdwp", "-Dcom.sun.management.jmxremote", "-Djava.class.path=", "-Djdk.module.main");

    private JavaCommand() {}

    static List<String> of(Class<?> main, String... args) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> NOT_TAKEN.stream().noneMatch(option::startsWith))
                .forEach(command::add);
        String classPath = System.getProperty("java.class.path", "");
        if (!classPath.isEmpty()) {
            command.addAll(List.of("--class-path", classPath));
        }
        Module module = main.getModule();
        if (module.isNamed()) {
            command.addAll(List.of("--module", module.getName() + "/" + main.getName()));
        } else {
            command.add(main.getName());
        }
        command.addAll(List.of(args));
        return command;
    }
}
