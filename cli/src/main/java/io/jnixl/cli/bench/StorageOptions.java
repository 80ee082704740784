// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.cli.run.Numbers;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Files or objects as the far side. */
final class StorageOptions {
    private static final int MOST_FILES = 4096;

    /** Kinds of memory on the far side. */
    enum Kind {
        DRAM,
        VRAM,
        FILE,
        OBJ
    }

    @Option(
            names = "--target_seg_type",
            paramLabel = "DRAM|VRAM|FILE|OBJ",
            converter = KindConverter.class,
            description = "What is on the far side; FILE for backends that have nothing else and where a file is named,"
                    + " OBJ for those that take objects only, else DRAM. VRAM is a GPU's memory.")
    @Nullable
    Kind target;

    @Option(
            names = "--filepath",
            paramLabel = "DIR",
            description = "Storage: the folder of the files; that for temporary files unless given.")
    @Nullable
    Path folder;

    @Option(
            names = "--filenames",
            paramLabel = "NAME,...",
            split = ",",
            description =
                    "Storage: the files. WRITE, and READ with --check_consistency, OVERWRITE them. Those that were not"
                            + " there are removed at the end, as are the files that bear no names of yours. Or the keys of"
                            + " objects, which are overwritten always, and stay.")
    List<String> names = new ArrayList<>();

    @Option(
            names = "--num_files",
            paramLabel = "N",
            converter = Numbers.PositiveCount.class,
            description =
                    "Storage: number of files or objects, among which blocks take turns; as many as --filenames, or 1.")
    @Nullable
    Integer files;

    @Option(
            names = "--storage_enable_direct",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            description =
                    "Storage: past the page cache (O_DIRECT); blocks must then be multiples of the file's alignment.")
    boolean direct;

    @Option(
            names = "--posix_api_type",
            paramLabel = "AIO|URING|POOL",
            converter = Engine.class,
            description = "POSIX: URING for io_uring, POOL for a pool of threads, AIO for libaio where the backend has"
                    + " it; what the backend chooses unless given.")
    @Nullable
    String engine;

    @Option(names = "--posix_ios_pool_size", paramLabel = "N", description = "POSIX: its option ios_pool_size.")
    @Nullable
    String poolSize;

    @Option(names = "--posix_kernel_queue_size", paramLabel = "N", description = "POSIX: its option kernel_queue_size.")
    @Nullable
    String queueSize;

    /** Whether files or objects are asked for. */
    boolean named() {
        return target == Kind.FILE || target == Kind.OBJ || folder != null || !names.isEmpty() || files != null;
    }

    int count() {
        return files != null ? files : Math.max(1, names.size());
    }

    /** The files, by names of ours where there are none of the user's. */
    List<Path> paths(String id) {
        List<Path> paths = new ArrayList<>();
        Path parent =
                folder != null ? folder : names.isEmpty() ? Path.of(System.getProperty("java.io.tmpdir")) : Path.of("");
        for (int i = 0; i < count(); i++) {
            String name = names.isEmpty() ? "jnixl-bench-" + id + "-" + i : names.get(i);
            paths.add(parent.resolve(name));
        }
        return paths;
    }

    /** The objects' keys: the same in every run, so that no run leaves more of them. */
    List<String> keys() {
        return names.isEmpty()
                ? IntStream.range(0, count()).mapToObj(i -> "jnixl-bench-" + i).toList()
                : names;
    }

    /** Whether what was given is about files alone. */
    boolean filesOnly() {
        return target == Kind.FILE || folder != null || direct;
    }

    @Nullable
    String wrong(String backend) {
        if (target == Kind.OBJ && filesOnly()) {
            return "--target_seg_type OBJ and --filepath or --storage_enable_direct exclude each other";
        }
        if ((target == Kind.DRAM || target == Kind.VRAM) && named()) {
            return "--target_seg_type " + target + " and files exclude each other";
        }
        if (files != null && !names.isEmpty() && files != names.size()) {
            return "--num_files " + files + " and --filenames with " + names.size() + " names do not agree";
        }
        if (count() > MOST_FILES) {
            return "--num_files " + count() + " is above " + MOST_FILES;
        }
        for (String name : names) {
            if (name.isBlank() || !isPath(name)) {
                return "--filenames has '" + name + "', which is no name of a file";
            }
        }
        if (names.stream().distinct().count() < names.size()) {
            return "--filenames has one name twice";
        }
        boolean posix = engine != null || poolSize != null || queueSize != null;
        return posix && !backend.equals("POSIX") ? "--posix_... options need --backend POSIX" : null;
    }

    private static boolean isPath(String name) {
        try {
            return Path.of(name).getFileName() != null;
        } catch (InvalidPathException _) {
            return false;
        }
    }

    /** Reads a kind of memory. */
    static final class KindConverter implements ITypeConverter<Kind> {
        @Override
        public Kind convert(String text) {
            return switch (text.toUpperCase(Locale.ROOT)) {
                case "DRAM" -> Kind.DRAM;
                case "VRAM" -> Kind.VRAM;
                case "FILE" -> Kind.FILE;
                case "OBJ" -> Kind.OBJ;
                default ->
                    throw new TypeConversionException("supported are DRAM, VRAM, FILE and OBJ, not '" + text + "'");
            };
        }
    }

    /** Reads nixlbench's names of engines, and answers those of the backend. */
    static final class Engine implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            return switch (text.toUpperCase(Locale.ROOT)) {
                case "URING" -> "io_uring";
                case "POOL" -> "pool";
                case "AIO" -> "libaio";
                case "POSIXAIO" ->
                    throw new TypeConversionException("jnixl has no engine POSIXAIO: take URING, AIO or POOL");
                default -> throw new TypeConversionException("expected AIO, URING or POOL but was '" + text + "'");
            };
        }
    }
}
