// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.Config;
import io.jnixl.api.DescriptorList;
import io.jnixl.cli.run.Allocator;
import io.jnixl.cli.run.BufferDescription;
import io.jnixl.cli.run.Endpoint;
import io.jnixl.cli.run.Exit;
import io.jnixl.cli.run.RunFailure;
import io.jnixl.spi.wire.WireDescriptors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeetingFilesTest {
    @TempDir
    Path folder;

    private Path metadata;
    private MeetingFiles files;

    @BeforeEach
    void choose() {
        metadata = folder.resolve("T.md");
        files = new MeetingFiles(metadata);
    }

    @Test
    void aSidePublishesFourFilesAndNoOther() throws IOException {
        Files.writeString(folder.resolve("T.md.tmp"), "left by a run that was killed");
        try (Endpoint endpoint =
                Endpoint.open("target", Config.empty().with("agent.backends", "MEMORY"), 4096, Allocator.ARENA)) {
            files.publish(endpoint);
            try (Stream<Path> all = Files.list(folder)) {
                assertThat(all.map(file -> file.getFileName().toString()))
                        .containsExactlyInAnyOrder("T.md", "T.md.conn", "T.md.dlist", "T.md.desc");
            }
            files.await(true, Duration.ofSeconds(1), () -> false);
            BufferDescription description = files.readDescription();
            DescriptorList list = WireDescriptors.decode(Files.readAllBytes(folder.resolve("T.md.dlist")));
            assertThat(description)
                    .isEqualTo(new BufferDescription("target", endpoint.memory().address(), 4096));
            assertThat(list.size()).isEqualTo(1);
            assertThat(list.address(0)).isEqualTo(description.address());
            assertThat(list.length(0)).isEqualTo(4096);
            assertThat(list.device(0)).isZero();
            assertThat(files.readMetadata()).isEqualTo(endpoint.agent().metadata());
            assertThat(Files.readAllBytes(folder.resolve("T.md.conn"))).isEqualTo(endpoint.connectionInfo());
        }
        files.clear();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whoDoesNotPublishIsWaitedForInVain() throws IOException {
        assertThatExceptionOfType(RunFailure.class)
                .isThrownBy(() -> files.await(false, Duration.ofMillis(20), () -> false))
                .withMessageContaining(metadata.toString())
                .matches(e -> e.status() == Exit.TIMEOUT);
        Files.writeString(metadata, "");
        files.await(false, Duration.ZERO, () -> false);
        assertThatExceptionOfType(RunFailure.class)
                .isThrownBy(() -> files.await(true, Duration.ofMillis(20), () -> false))
                .withMessageContaining("T.md.desc");
    }

    @Test
    void whatIsTooLongOrNoFileIsNotRead() throws IOException {
        Files.write(folder.resolve("T.md.desc"), new byte[BufferDescription.LONGEST + 1]);
        assertThatExceptionOfType(RunFailure.class)
                .isThrownBy(files::readDescription)
                .withMessageContaining("longer than 4096")
                .matches(e -> e.status() == Exit.ERROR);
        Files.createDirectory(metadata);
        assertThatExceptionOfType(RunFailure.class)
                .isThrownBy(files::readMetadata)
                .withMessageContaining("is not a file");
        Files.writeString(folder.resolve("T.md.desc"), "target 1 x 0\n");
        assertThatExceptionOfType(RunFailure.class)
                .isThrownBy(files::readDescription)
                .withMessageContaining("T.md.desc: the length 'x'");
    }
}
