// SPDX-License-Identifier: Apache-2.0
package io.jnixl.it.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Broken backends beside a good one, everything on the class path. */
class ClassPathDiscoveryIT {
    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void aBrokenBackendIsToldOfAndKeepsNoOtherFromWorking(Situation situation)
            throws IOException, InterruptedException {
        Path good = Situation.good().build(folder);
        Path bad = situation.build(folder);
        ChildJvm.Result result = Children.onClassPath(folder, good, bad);
        Children.assertTold(result, situation, good.toString(), bad.toString());
    }

    @Test
    void theOrderOfTheClassPathDecidesBetweenTwins() throws IOException, InterruptedException {
        Path good = Situation.good().build(folder);
        Path twin = Situation.DUPLICATE_NAME.build(folder);
        ChildJvm.Result result = Children.onClassPath(folder, twin, good);
        Children.assertTold(result, Situation.DUPLICATE_NAME, twin.toString(), good.toString());
    }

    @Test
    void aJarThatIsListedTwiceIsOne() throws IOException, InterruptedException {
        Path good = Situation.good().build(folder);
        ChildJvm.Result result = Children.onClassPath(folder, good, good);
        assertThat(result.backends()).as(result.output()).hasSize(1);
        Children.assertGoodWorks(result, good.toString());
    }
}
