// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving.model;

import java.util.Arrays;

/**
 * A read-only matrix of {@code inputs} rows by {@code outputs} columns, row after row. Safe for use by any thread once
 * it is built.
 */
final class Matrix {

    private final int inputs;
    private final int outputs;
    private final float[] rows;

    private Matrix(int inputs, int outputs, float[] rows) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.rows = rows;
    }

    /** Draws uniform numbers such that inputs of variance 1 give outputs of variance {@code gain * gain}. */
    static Matrix random(SplitMix64 random, int inputs, int outputs, double gain) {
        // Uniform numbers over [-a, a) have a variance of a * a / 3.
        float scale = (float) (gain * Math.sqrt(3.0 / inputs));
        float[] rows = new float[inputs * outputs];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = random.nextSigned() * scale;
        }
        return new Matrix(inputs, outputs, rows);
    }

    /**
     * Sets {@code y} to {@code x} times this matrix.
     *
     * <p>Every output adds its products in the order of the inputs, whatever the JIT does with the loop over the
     * outputs: vectorising across outputs leaves the order within an output alone. That is what makes results
     * bit-identical from run to run and from machine to machine. Four inputs per pass save loads and stores of y.
     */
    void multiply(float[] x, float[] y) {
        Arrays.fill(y, 0, outputs, 0.0f);
        for (int i = 0; i < inputs; i += 4) {
            addFourRows(i * outputs, x[i], x[i + 1], x[i + 2], x[i + 3], y);
        }
    }

    private void addFourRows(int start, float x0, float x1, float x2, float x3, float[] y) {
        float[] w = rows;
        int row1 = start + outputs;
        int row2 = row1 + outputs;
        int row3 = row2 + outputs;
        for (int j = 0; j < outputs; j++) {
            y[j] = y[j] + x0 * w[start + j] + x1 * w[row1 + j] + x2 * w[row2 + j] + x3 * w[row3 + j];
        }
    }
}
