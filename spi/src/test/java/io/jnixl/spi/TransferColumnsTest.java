// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class TransferColumnsTest {

    private static void add(
            TransferColumns columns, long local, int localRegion, long remote, int remoteRegion, int caller) {
        columns.add(local, localRegion, remote, remoteRegion, 10, caller, true);
    }

    @Test
    void mergesWhatContinuesOnBothSides() {
        TransferColumns columns = new TransferColumns(8);
        add(columns, 100, 0, 500, 0, 0);
        add(columns, 110, 0, 510, 0, 1);
        add(columns, 120, 0, 530, 0, 2);
        add(columns, 130, 0, 540, 0, 3);
        add(columns, 140, 1, 550, 0, 4);
        add(columns, 150, 1, 560, 1, 5);
        assertThat(columns.count()).isEqualTo(4);
        assertThat(columns.length(0)).isEqualTo(20);
        assertThat(columns.length(1)).isEqualTo(20);
        assertThat(columns.callerIndex(1)).isEqualTo(2);
        assertThat(columns.callerIndex(2)).isEqualTo(4);
        assertThat(columns.localRegion(2)).isOne();
        assertThat(columns.remoteRegion(3)).isOne();
        assertThat(columns.totalBytes()).isEqualTo(60);
        columns.clear();
        assertThat(columns.count()).isZero();
        assertThat(columns.totalBytes()).isZero();
        add(columns, 110, 0, 510, 0, 0);
        assertThat(columns.count()).isOne();
    }

    @Test
    void keepsEverythingApartWithoutMerging() {
        TransferColumns columns = new TransferColumns(2);
        columns.add(0, 0, 0, 0, 10, 0, false);
        columns.add(10, 0, 10, 0, 10, 1, false);
        assertThat(columns.count()).isEqualTo(2);
        assertThat(columns.capacity()).isEqualTo(2);
        assertThatThrownBy(() -> columns.add(20, 0, 20, 0, 10, 2, false)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void mergedColumnsCoverTheSameBytes() {
        long seed = System.nanoTime();
        System.out.println("TransferColumnsTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            TransferColumns apart = new TransferColumns(64);
            TransferColumns merged = new TransferColumns(64);
            for (int i = 0; i < 64; i++) {
                long local = random.nextInt(6) * 10L;
                long remote = random.nextInt(6) * 10L;
                int region = random.nextInt(2);
                apart.add(local, 0, remote, region, 10, i, false);
                merged.add(local, 0, remote, region, 10, i, true);
            }
            assertThat(merged.totalBytes()).isEqualTo(apart.totalBytes());
            for (int m = 0; m < merged.count(); m++) {
                int caller = merged.callerIndex(m);
                for (long done = 0; done < merged.length(m); done += 10, caller++) {
                    assertThat(apart.localAddress(caller)).as("seed %s", seed).isEqualTo(merged.localAddress(m) + done);
                    assertThat(apart.remoteAddress(caller)).isEqualTo(merged.remoteAddress(m) + done);
                    assertThat(apart.remoteRegion(caller)).isEqualTo(merged.remoteRegion(m));
                }
                assertThat(caller).isEqualTo(m + 1 < merged.count() ? merged.callerIndex(m + 1) : 64);
            }
        }
    }

    @Test
    void capabilitiesAgree() {
        assertThat(Capabilities.localOnly().notifications()).isFalse();
        assertThat(Capabilities.network(10).maxNotificationBytes()).isEqualTo(10);
        assertThatThrownBy(() -> new Capabilities(false, false, false, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Capabilities(true, true, true, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Capabilities(true, true, false, 5)).isInstanceOf(IllegalArgumentException.class);
    }
}
