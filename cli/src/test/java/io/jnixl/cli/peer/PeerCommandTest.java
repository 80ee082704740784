// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.cli.Run;
import io.jnixl.cli.run.Exit;
import io.jnixl.testsupport.NeedsNative;
import io.jnixl.testsupport.NeedsNative.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerCommandTest {
    private final Locale locale = Locale.getDefault();

    @TempDir
    Path folder;

    @AfterEach
    void restoreLocale() {
        Locale.setDefault(locale);
    }

    private static Run run(String line) {
        return Run.of(("peer " + line).split(" "));
    }

    private static String transfer(String label, String operation, long block, int count, int iterations) {
        String head = "RESULT mode=" + label + " op=" + operation + " block=" + block + " count=" + count + " iters="
                + iterations;
        return head + " GBps=\\d+\\.\\d{3} create_us=\\d+\\.\\d post_us=\\d+\\.\\d{2} lat_p50_us=\\d+\\.\\d{2}"
                + " lat_p99_us=\\d+\\.\\d{2} lat_min_us=\\d+\\.\\d{2} verify=OK";
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " target", " initiator", " local", " posix"})
    void helpNamesExitStatuses(String role) {
        Run run = Run.of(("peer" + role + " --help").split(" "));
        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("Usage: jnixl peer" + role + " ").contains("Exit status:", "  3   the partner");
    }

    @Test
    void aPluginDirectoryThatIsNotThereIsAnError() {
        Run run = run("local --cases 8x1 --plugins " + folder.resolve("missing"));
        assertThat(run.status()).isEqualTo(Exit.ERROR);
        assertThat(run.err()).contains("agent.plugins", "there is no directory " + folder.resolve("missing"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nobody | nobody",
                "target --md T | --size",
                "target --md T --size 1 | --peer-md",
                "target --md T --peer-md I --size 0 | --size",
                "target --md T --peer-md I --size 4K | --size",
                "target --md T --peer-md I --size=-1 | --size",
                "target --md T --peer-md I --size 1 --name= | --name",
                "target --md T --peer-md I --size 1 --timeout 0 | --timeout",
                "target --md T --peer-md I --size 1 --quiet yes | --quiet",
                "target --md T --peer-md I --size 1 --publish-only 2 | --publish-only",
                "target --md T --peer-md I --size 1 --cases 1x1 | --cases",
                "initiator --md I --peer-md T --size 1 | --cases",
                "initiator --md I --size 1 --cases 1x1 | --peer-md",
                "initiator --md ./T --peer-md T --size 1 --cases 1x1 | are the same file",
                "target --md src --peer-md I --size 1 | --md src is a directory",
                "initiator --md I --peer-md T --size 7 --cases 1x1,8x1 | --cases 8x1",
                "initiator --md I --peer-md T --size 1 --cases 1x1 --op write,read | --op",
                "local --cases 8 | --cases",
                "local --cases 1x1 --scatter true | --scatter",
                "local --cases 1x1 --iters 0 | --iters",
                "local --cases 1x1 --iters 1000000000 | --iters",
                "local --cases 1x1 --iters 1 --budget 1 | --iters and --budget",
                "local --cases 1x1 --warmup=-1 | --warmup",
                "local --cases 1x1 --pings x | --pings",
                "local --cases 1x1 --seed 18446744073709551616 | --seed",
                "local --cases 1x1 --label= | --label",
                "local --cases 1x1 --err both | --err",
                "local --cases 1x1 --alloc heap | --alloc",
                "local --cases 1x1 --prog | --prog",
                "local --cases 1x1 --connect=yes | --connect",
                "local --cases 1x1 --speed 1 | --speed",
                "posix --io uring --cases 1x1 | --file",
                "posix --io aio --file F --cases 1x1 | expected uring, libaio or pool"
            })
    void misuseIsNamed(String line, String named) {
        Run run = run(line);
        assertThat(run.status()).isEqualTo(Exit.ERROR);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("jnixl: ").contains(named, "Try: jnixl peer");
    }

    @Test
    void resultsAreTheSameInEveryLocale() {
        Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
        Latencies times = new Latencies(3);
        times.add(1_390);
        times.add(1_000);
        times.add(1_670_500);
        assertThat(Result.pings("default", 2000, 51_400, times))
                .isEqualTo("RESULT mode=default op=notif_rtt n=2000 first_us=51 p50_us=1.39 p99_us=1670.50");
    }

    @ParameterizedTest
    @ValueSource(strings = {"arena", "agent"})
    @NeedsNative(Native.UCX)
    void localVerifiesAll(String allocator) {
        Run run =
                run("local --cases 8x1,4096x64,13x5 --iters 20 --pings=10 --label=l --connect 1 --alloc " + allocator);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out().lines()).hasSize(7);
        assertThat(run.out().lines().findFirst().orElseThrow())
                .matches("RESULT mode=l op=notif_rtt n=10 first_us=\\d+ p50_us=\\d+\\.\\d{2} p99_us=\\d+\\.\\d{2}");
        assertThat(run.out().lines().skip(1))
                .satisfiesExactly(
                        line -> assertThat(line).matches(transfer("l", "WRITE", 8, 1, 20)),
                        line -> assertThat(line).matches(transfer("l", "READ", 8, 1, 20)),
                        line -> assertThat(line).matches(transfer("l", "WRITE", 4096, 64, 20)),
                        line -> assertThat(line).matches(transfer("l", "READ", 4096, 64, 20)),
                        line -> assertThat(line).matches(transfer("l", "WRITE", 13, 5, 20)),
                        line -> assertThat(line).matches(transfer("l", "READ", 13, 5, 20)));
        assertThat(run.err()).contains("done: 6 checks, 0 failed");
    }

    @Test
    @NeedsNative(Native.UCX)
    void quietMeansResultsOnly() {
        Run run = run("local --cases 8x1 --op read --iters 2 --pings 0 --quiet 1 --prog 1 --err none --scatter 0");

        assertThat(run.status()).isZero();
        assertThat(run.out().lines()).hasSize(1);
        assertThat(run.err()).isEmpty();
    }

    @Test
    @NeedsNative(Native.UCX)
    void whatTheLibraryRefusesIsAnError() {
        Run run = run("local --cases 8x1 --engine_config nonsense");

        assertThat(run.status()).isEqualTo(Exit.ERROR);
        assertThat(run.err()).contains("engine_config", "nonsense");
    }

    @Test
    @NeedsNative(Native.UCX)
    void aTargetThatOnlyPublishesEndsAtOnce() {
        Path metadata = folder.resolve("T.md");
        Run run = run("target --size 4096 --publish-only 1 --md " + metadata);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(new MeetingFiles(metadata).readDescription().agent()).isEqualTo("target");
        assertThat(run.err()).contains("published " + metadata);
    }

    @Test
    @NeedsNative(Native.UCX)
    void aPartnerThatDoesNotComeIsATimeout() {
        Run run = run("target --size 4096 --timeout 1 --md " + folder.resolve("T.md") + " --peer-md "
                + folder.resolve("I.md"));

        assertThat(run.status()).isEqualTo(Exit.TIMEOUT);
        assertThat(run.err()).contains("has not published " + folder.resolve("I.md") + " within 1 s");
    }

    @ParameterizedTest
    @ValueSource(strings = {"uring", "libaio", "pool"})
    @NeedsNative(Native.URING)
    void posixVerifiesAll(String engine) throws IOException {
        Path file = folder.resolve("file");
        Run run = run("posix --io " + engine + " --cases 4096x4,13x5 --iters 3 --file " + file);

        assertThat(run.status()).as(run.err()).isZero();
        assertThat(run.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).matches(transfer("default", "WRITE", 4096, 4, 3)),
                        line -> assertThat(line).matches(transfer("default", "READ", 4096, 4, 3)),
                        line -> assertThat(line).matches(transfer("default", "WRITE", 13, 5, 3)),
                        line -> assertThat(line).matches(transfer("default", "READ", 13, 5, 3)));
        assertThat(run.err()).isEmpty();
        assertThat(Files.size(file)).isEqualTo(4 * 4096);
    }

    @Test
    @NeedsNative(Native.URING)
    void anUnalignedBlockCannotBeDirect() {
        Run run = run("posix --io pool --direct 1 --cases 4096x1,100x1 --err peer --file " + folder.resolve("file"));

        assertThat(run.status()).isEqualTo(Exit.ERROR);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("options of UCX have no effect");
    }

    @Test
    void aFileThatIsTooShortIsWrongWhereItEnds() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        FilePattern content = new FilePattern(file);
        content.fill(3_000_001, 5);
        assertThat(Files.size(file)).isEqualTo(3_000_001);
        assertThat(content.firstWrong(3_000_001, 5)).isEqualTo(-1);
        assertThat(content.firstWrong(3_000_002, 5)).isEqualTo(3_000_001);
        assertThat(content.firstWrong(3_000_001, 6)).isZero();
    }
}
