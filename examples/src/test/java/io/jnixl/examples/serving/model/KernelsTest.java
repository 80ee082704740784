// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** The arithmetic against what it should be on paper. */
class KernelsTest {

    private static final Offset<Float> CLOSE = within(1e-5f);

    @Test
    void matrixMultipliesRowVectors() {
        Matrix matrix = Matrix.random(new SplitMix64(1), 8, 3, 1.0);
        float[] sum = new float[3];
        matrix.multiply(new float[] {0, 2, 0, 0, 0, 0, -1, 0}, sum);

        float[] second = new float[3];
        float[] seventh = new float[3];
        matrix.multiply(new float[] {0, 1, 0, 0, 0, 0, 0, 0}, second);
        matrix.multiply(new float[] {0, 0, 0, 0, 0, 0, 1, 0}, seventh);

        for (int i = 0; i < 3; i++) {
            assertThat(sum[i]).isEqualTo(2 * second[i] - seventh[i], CLOSE);
        }
        assertThat(second).doesNotContain(0.0f).isNotEqualTo(seventh);
    }

    @Test
    void splitMixGivesThePublishedSequence() {
        SplitMix64 random = new SplitMix64(1_234_567);

        assertThat(random.nextLong()).isEqualTo(6_457_827_717_110_365_317L);
        assertThat(random.nextLong()).isEqualTo(3_203_168_211_198_807_973L);
    }

    @Test
    void rmsNormScalesToUnitMeanSquare() {
        float[] y = new float[4];
        Vectors.rmsNorm(new float[] {9, 3, -3, 3, 3}, 1, y, 4);

        assertThat(y).containsExactly(new float[] {1, -1, 1, 1}, CLOSE);
    }

    @Test
    void softmaxWeightsAddUpToOne() {
        float[] scores = {0, (float) Math.log(3), 99};
        Vectors.softmax(scores, 2);

        assertThat(scores).containsExactly(new float[] {0.25f, 0.75f, 99}, CLOSE);
    }

    @Test
    void argMaxPrefersTheLowestOfEquals() {
        assertThat(Vectors.argMax(new float[] {1, 5, 3, 5})).isEqualTo(1);
    }

    @Test
    void rotatedProductDependsOnTheDistanceOnly() {
        Rotary rotary = new Rotary(Fixture.CONFIG);

        assertThat(rotatedProduct(rotary, 3, 7)).isEqualTo(rotatedProduct(rotary, 53, 57), within(1e-3f));
        assertThat(rotatedProduct(rotary, 3, 7)).isNotCloseTo(rotatedProduct(rotary, 3, 8), within(1e-2f));
    }

    @Test
    void attentionMixesValuesByTheSoftmaxOfTheScores() {
        ModelConfig config = new ModelConfig(1, 4, 1, 1, 16, 0);
        BlockTable table = new BlockTable(new PagePool(Arena.ofAuto().allocate(config.pageBytes()), config));
        table.reserve(2);
        KvScratch kv = new KvScratch(config);
        kv.store(table, 0, 0, new float[] {0, 0, 0, 0}, new float[] {4, 0, 0, 8});
        kv.store(table, 0, 1, new float[] {2, 0, 0, 0}, new float[] {0, 4, 0, 8});
        kv.load(table, 0, 2);

        float[] out = new float[4];
        float log3 = (float) Math.log(3); // scores 0 and 2 * log 3 / sqrt 4, so weights 1/4 and 3/4
        new Attention(config).attend(new float[] {log3, 0, 0, 0}, 0, kv, 2, out);

        assertThat(out).containsExactly(new float[] {1, 3, 0, 8}, CLOSE);
    }

    private static float rotatedProduct(Rotary rotary, int positionA, int positionB) {
        int n = Fixture.CONFIG.hidden();
        float[] a = new float[n];
        float[] b = new float[n];
        for (int i = 0; i < n; i++) {
            a[i] = i % 5 - 1;
            b[i] = i % 3 - 1;
        }
        rotary.rotate(a, Fixture.CONFIG.heads(), positionA);
        rotary.rotate(b, Fixture.CONFIG.heads(), positionB);
        return Vectors.dot(a, 0, b, 0, n);
    }
}
