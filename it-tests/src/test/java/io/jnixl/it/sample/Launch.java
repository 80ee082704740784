// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.sample;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How a program is started whose jars lie in one folder. */
enum Launch {
    CLASS_PATH {
        @Override
        List<String> options(Path lib, String module, String main) {
            return List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    lib.resolve("*").toString(),
                    main);
        }
    },
    MODULE_PATH {
        @Override
        List<String> options(Path lib, String module, String main) {
            return List.of("--enable-native-access=" + NATIVE_MODULES, "-p", lib.toString(), "-m", module + "/" + main);
        }
    };

    /** Those of ours that call native libraries; the JVM only warns of names that are not there. */
    private static final String NATIVE_MODULES = "io.jnixl.nativesupport,jucx";

    abstract List<String> options(Path lib, String module, String main);

    /** The command line of {@code java}, less that word. */
    List<String> command(Path lib, String module, String main, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("--illegal-native-access=deny"));
        command.addAll(options(lib, module, main));
        command.addAll(arguments);
        return command;
    }
}
