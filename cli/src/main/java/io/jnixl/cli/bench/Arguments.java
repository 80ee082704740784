// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * Makes the command line one for picocli: {@code -} in names becomes {@code _}, what {@code --config_file} says comes in where
 * the command line says nothing, and options of nixlbench's that mean nothing here are explained.
 */
final class Arguments implements IParameterPreprocessor {
    static final String CONFIG_FILE = "--config_file";

    @Override
    @SuppressWarnings("JdkObsolete") // the interface's type
    public boolean preprocess(
            Stack<String> args, CommandSpec command, @Nullable ArgSpec arg, Map<String, Object> info) {
        List<String> words = new ArrayList<>(args);
        Collections.reverse(words);
        if (!words.isEmpty() && command.subcommands().containsKey(words.getFirst())) {
            return false;
        }
        List<String> normal = normalize(words, command.commandLine());
        args.clear();
        normal.reversed().forEach(args::push);
        return false;
    }

    private static List<String> normalize(List<String> words, CommandLine command) {
        List<String> normal = new ArrayList<>();
        Set<String> given = new HashSet<>();
        String file = null;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (!word.startsWith("--") || word.equals("--")) {
                normal.add(word);
                continue;
            }
            int equals = word.indexOf('=');
            String name = "--"
                    + (equals < 0 ? word : word.substring(0, equals))
                            .substring(2)
                            .replace('-', '_');
            String value = equals < 0 ? null : word.substring(equals + 1);
            String next = i + 1 < words.size() ? words.get(i + 1) : null;
            given.add(name);
            if (name.equals(CONFIG_FILE) && (value != null || next != null)) {
                file = value != null ? value : next;
            }
            if (!isKnown(name, command) && Foreign.reason(name.substring(2)) != null) {
                boolean separate = value == null && !Foreign.isSwitch(name.substring(2)) && next != null;
                refuse(name, separate ? next : value, command);
                i += separate ? 1 : 0;
                continue;
            }
            normal.add(value == null ? name : name + "=" + value);
        }
        if (file != null) {
            normal.addAll(0, fromFile(file, given, command));
        }
        return normal;
    }

    private static boolean isKnown(String name, CommandLine command) {
        return command.getCommandSpec().findOption(name) != null;
    }

    private static void refuse(String name, @Nullable String value, CommandLine command) {
        if (value == null || !Foreign.isDefault(name.substring(2), value)) {
            throw new ParameterException(
                    command,
                    name + (value == null ? "" : "=" + value) + " is not supported: "
                            + Foreign.reason(name.substring(2)));
        }
    }

    private static List<String> fromFile(String file, Set<String> given, CommandLine command) {
        List<String> more = new ArrayList<>();
        for (Map.Entry<String, String> entry : ConfigFile.read(file, command).entrySet()) {
            String name = "--" + entry.getKey().replace('-', '_');
            if (name.equals(CONFIG_FILE)) {
                throw new ParameterException(command, file + ": config_file cannot stand in a file");
            }
            if (!isKnown(name, command)) {
                if (Foreign.reason(name.substring(2)) == null) {
                    throw new ParameterException(command, file + ": unknown option " + entry.getKey());
                }
                refuse(name, entry.getValue(), command);
            } else if (!isGiven(name, given, command)) {
                more.add(name + "=" + entry.getValue());
            }
        }
        return more;
    }

    /** By any of its names. */
    private static boolean isGiven(String name, Set<String> given, CommandLine command) {
        for (String each : command.getCommandSpec().findOption(name).names()) {
            if (given.contains(each)) {
                return true;
            }
        }
        return false;
    }
}
