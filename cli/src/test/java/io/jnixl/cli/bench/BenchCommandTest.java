// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.cli.Run;
import io.jnixl.cli.run.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command in one process: what it refuses, and runs that need no second one. */
class BenchCommandTest {
    private final Locale locale = Locale.getDefault();

    @TempDir
    Path folder;

    @AfterEach
    void restoreLocale() {
        Locale.setDefault(locale);
    }

    private static Run run(String line) {
        return Run.of(("bench " + line).strip().split(" +"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--speed 1 | --speed",
                "--start_block_size 8K --max_block_size 4K | --start_block_size 8192 is above --max_block_size 4096",
                "--start_batch_size 3 --max_batch_size 2 | --start_batch_size 3 is above --max_batch_size 2",
                "--start_block_size 0 | --start_block_size",
                "--max_block_size 4X | expected bytes such as 4096",
                "--max_block_size 99999999999G | expected bytes such as 4096",
                "--total_buffer_size 1M | --total_buffer_size 1048576 is too small",
                "--max_block_size 1M --total_buffer_size 1M --num_threads 2 | need 2097152 bytes",
                "--num_threads 2000 | --num_threads 2000 is above 256",
                "--max_batch_size 10000000 --num_threads 200 | blocks in flight",
                "--num_iter 0 | --num_iter",
                "--reregister_mem --pipeline_depth 2 | exclude each other",
                "--op_type COPY | --op_type",
                "--randomize_location_mode yes | --randomize_location_mode",
                "--check_consistency=maybe | --check_consistency",
                "--runtime_type MPI | expected TCP, ASIO or ETCD",
                "--runtime_type ETCD | ETCD needs --role",
                "--local --asio_port 1 | --local and --asio_address or --asio_port exclude",
                "--asio_port 70000 | expected a port",
                "--benchmark_group= | --benchmark_group",
                "--target_seg_type BLK | supported are DRAM, VRAM, FILE and OBJ",
                "--initiator_seg_type FILE | supported are DRAM and VRAM",
                "--initiator_gpu 1 | needs --initiator_seg_type VRAM",
                "--target_gpu 1 | needs --target_seg_type VRAM",
                "--initiator_gpu -1 | --initiator_gpu",
                "--initiator-seg-type=VRAM --asio_port 1 | must know which it is: --role",
                "--target_seg_type VRAM --num_files 1 | exclude each other",
                "--num_initiator_dev 2 | one buffer, on one GPU",
                "--scheme tp | only pairwise",
                "--mode MG | jnixl has SG",
                "--worker_type nvshmem | only worker is nixl",
                "--use_hugepages | --alloc agent takes huge pages",
                "--enable_vmm | it is for fabric memory",
                "--obj_bucket_name x | there is no backend OBJ",
                "--gds_batch_limit 1 | need --backend GDS",
                "--gds_mt_num_threads 1 | needs --backend GDS_MT",
                "--gds_enable 1 | give other options of GDS",
                "--backend POSIX --posix_api_type POSIXAIO | no engine POSIXAIO",
                "--posix_api_type URING | need --backend POSIX",
                "--backend POSIX --num_files 2 --filenames a | do not agree",
                "--backend POSIX --filenames a,a | one name twice",
                "--backend POSIX --filepath /tmp --asio_port 1 | one process",
                "--backend POSIX --storage_enable_direct --randomize_location_mode bytealigned | exclude each other",
                "--target_seg_type OBJ --filepath /tmp | exclude each other",
                "--target_seg_type OBJ --asio_port 1 | one process",
                "--backend UCX,POSIX | is not one backend",
                "--csv /nowhere/at/all.csv | no such folder",
                "--json / | is a directory",
                "--config_file /nowhere.toml | --config_file /nowhere.toml",
                "report | RUN.json",
                "report x.json | --html",
            })
    void misuseIsNamed(String line, String named) {
        Run run = run(line);
        assertThat(run.err()).startsWith("jnixl: ").contains(named, "Try: jnixl bench");
        assertThat(run.status()).isEqualTo(Exit.ERROR);
        assertThat(run.out()).isEmpty();
    }

    @Test
    void helpNamesEveryOption() {
        Run run = run("--help");
        assertThat(run.status()).isZero();
        assertThat(run.out()).contains("Usage: jnixl bench ", "Exit status:", "Examples:", "report");
        BenchCommand.commandLine(() -> false)
                .getCommandSpec()
                .options()
                .forEach(option -> assertThat(run.out()).contains(option.longestName()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--op_type=WRITE --notify",
                "--op_type READ --num_threads 2 --pipeline_depth 3 --randomize_location_mode bytealigned",
                "--recreate_xfer --randomize-location-mode blockaligned --total_buffer_size 1M",
                "--reregister_mem --alloc agent",
                "--prepared_xfer --op_type READ --enable_pt",
                "--scheme pairwise --mode sg --worker_type=nixl --num_initiator_dev 1 --initiator_seg_type DRAM"
            })
    void memoryIsMovedAndVerified(String more) {
        Run run = run("--backend MEMORY --max_block_size 16K --max_batch_size 2 --num_iter 20 --warmup_iter 2"
                + " --check-consistency " + more);
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(rows(run)).hasSize(3 * 2).allMatch(row -> row.endsWith(" OK"));
    }

    private static List<String> rows(Run run) {
        List<String> lines = run.out().lines().toList();
        int head = lines.indexOf(Table.head());
        assertThat(head).isPositive();
        return lines.subList(head + 1, lines.size()).stream().map(String::strip).toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--op_type WRITE",
                "--op_type READ --num_files 3 --num_threads 2 --pipeline_depth 2 --randomize_location_mode blockaligned",
            })
    void filesOfOurNamesGoAgain(String more) throws IOException {
        Run run = run("--backend POSIX --posix_api_type POOL --max_block_size 16K --max_batch_size 2 --num_iter 10"
                + " --warmup_iter 1 --check_consistency --filepath " + folder + " " + more);
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(rows(run)).hasSize(3 * 2).allMatch(row -> row.endsWith(" OK"));
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aFileOfTheUsersIsReadAndStays() throws IOException {
        Path file = Files.write(folder.resolve("mine"), new byte[64 << 10]);
        Run run =
                run("--backend POSIX --posix_api_type POOL --op_type READ --max_block_size 8K --num_iter 5 --filenames "
                        + file);
        assertThat(run.status()).as(run.err()).isZero();
        assertThat(rows(run)).hasSize(2).allMatch(row -> row.endsWith(" -"));
        assertThat(file).hasBinaryContent(new byte[64 << 10]);
    }

    @Test
    void filesHearNoNotifications() {
        Run run = run("--backend POSIX --posix_api_type POOL --notify --max_block_size 4K --filepath " + folder);
        assertThat(run.status()).isEqualTo(Exit.ERROR);
        assertThat(run.err()).contains("--notify: files hear no notifications");
    }

    @Test
    void aBackendWithoutObjectsSaysSo() {
        Run run = run("--backend MEMORY --target_seg_type OBJ --max_block_size 4K");
        assertThat(run.status()).isEqualTo(Exit.ERROR);
        assertThat(run.err()).contains("MEMORY takes no objects");
    }

    @Test
    void memoryOfThisProcessNeedsNoMeeting() {
        Run run = run("--backend MEMORY --max_block_size 4K --asio_port 1");
        assertThat(run.status()).isEqualTo(Exit.ERROR);
        assertThat(run.err()).contains("MEMORY reaches the agents of its own process only");
    }

    @Test
    void anUnknownBackendIsAnError() {
        Run run = run("--backend NOSUCH --max_block_size 4K");
        assertThat(run.status()).isEqualTo(Exit.ERROR);
        assertThat(run.err()).contains("NOSUCH");
    }

    @Test
    void aPluginDirectoryThatIsNotThereIsAnError() {
        Run run = run("--backend MEMORY --max_block_size 4K --plugins " + folder.resolve("missing"));
        assertThat(run.status()).isEqualTo(Exit.ERROR);
        assertThat(run.err()).contains("agent.plugins", "there is no directory " + folder.resolve("missing"));
    }

    @Test
    void theCommandLineBeatsTheFile() throws IOException {
        Path file = Files.writeString(folder.resolve("bench.toml"), """
                backend = "MEMORY"
                scheme = "pairwise"
                [sizes]
                start_block_size = 4096
                max-block-size = "8K"
                max_batch_size = 4
                [more]
                num_iter = 3
                check_consistency = true
                option = ["copy_threads=2"]
                """);
        Run run = run("--config_file " + file + " --max_batch_size=1");
        assertThat(run.err()).isEmpty();
        assertThat(run.status()).isZero();
        assertThat(rows(run)).hasSize(2);
        assertThat(run.out()).containsPattern("num_iter +3\n").containsPattern("option +copy_threads=2\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "speed = 1 | unknown option speed",
                "num_iter = 1.5 | num_iter is no text",
                "num_iter = | --config_file",
                "num_iter = 'x' | --num_iter",
                "config_file = 'x' | config_file cannot stand in a file",
                "mode = 'MG' | --mode=MG is not supported",
            })
    void aWrongFileIsAnError(String toml, String named) throws IOException {
        Path file = Files.writeString(folder.resolve("bench.toml"), toml + "\n");
        Run run = run("--config_file=" + file);
        assertThat(run.status()).isEqualTo(Exit.ERROR);
        assertThat(run.err()).contains(named);
    }

    @Test
    void reportsAreTheSameInEveryLocale() throws IOException {
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        List<String> words = new ArrayList<>(List.of("bench", "--backend", "MEMORY", "--max_block_size", "16K"));
        words.addAll(List.of("--num_iter", "9", "--label", "a <b>, \"c\""));
        words.addAll(List.of("--json", folder.resolve("a.json").toString()));
        words.addAll(List.of("--csv", folder.resolve("a.csv").toString()));
        words.addAll(List.of("--html", folder.resolve("a.html").toString()));
        Run run = Run.of(words.toArray(String[]::new));
        assertThat(run.status()).as(run.err()).isZero();

        RunReport report = JsonFile.read(folder.resolve("a.json"));
        assertThat(report.label()).isEqualTo("a <b>, \"c\"");
        assertThat(report.cases())
                .hasSize(3)
                .allMatch(figures -> figures.latency().count() == 9);
        assertThat(report.machine()).containsKeys("jnixl", "java", "system", "MEMORY");
        assertThat(report.options()).containsEntry("num_iter", "9").containsEntry("max_block_size", "16384");
        assertThat(Files.readAllLines(folder.resolve("a.csv")))
                .hasSize(1 + 3)
                .allMatch(line -> line.startsWith("Label")
                        || line.matches("\"a <b>, \"\"c\"\"\",WRITE,MEMORY,\\d+,1,\\d+\\.\\d{6},.*"));
        assertThat(Files.readString(folder.resolve("a.html")))
                .contains("a &lt;b&gt;, &quot;c&quot;")
                .doesNotContain("<b>,");

        Path both = folder.resolve("both.html");
        Run comparing = run("report " + folder.resolve("a.json") + " " + folder.resolve("a.json") + " --html " + both);
        assertThat(comparing.status()).as(comparing.err()).isZero();
        assertThat(Files.readString(both)).contains("Comparison", "(1.00\u00d7)", "&quot;c&quot; (2)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{\"schema\": 2}", "{\"schema\": 1}", "null"})
    void whatIsNoRunIsRefused(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("a.json"), text);
        Run run = run("report " + file + " --html " + folder.resolve("x.html"));
        assertThat(run.status()).isEqualTo(Exit.ERROR);
        assertThat(run.err()).startsWith("jnixl: " + file).hasLineCount(1);
        assertThat(folder.resolve("x.html")).doesNotExist();
    }
}
