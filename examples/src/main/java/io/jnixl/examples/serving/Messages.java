// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import java.nio.ByteBuffer;

/** What the two agents say to each other in notifications: big-endian numbers behind one byte that tells what it is. */
sealed interface Messages {
    byte PREFILL = 'P';
    byte LAYER = 'L';
    byte FIRST_TOKEN = 'T';
    byte STOP = 'S';

    /**
     * Decode to prefill: compute this prompt and put its pages there.
     *
     * @param pages page numbers in the pool of decode, by layer, then block
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record Prefill(int request, byte[] prompt, int[][] pages) implements Messages {}

    /** Prefill to decode, with the pages of a layer: it is complete. */
    record Layer(int request, int layer) implements Messages {}

    /** Prefill to decode, when all layers have arrived: the token that follows the prompt. */
    record FirstToken(int request, int token) implements Messages {}

    /** Decode to prefill: no more prompts. */
    record Stop() implements Messages {}

    static byte[] encode(Messages message) {
        return switch (message) {
            case Prefill p -> encode(p);
            case Layer l ->
                ByteBuffer.allocate(9)
                        .put(LAYER)
                        .putInt(l.request)
                        .putInt(l.layer)
                        .array();
            case FirstToken t ->
                ByteBuffer.allocate(9)
                        .put(FIRST_TOKEN)
                        .putInt(t.request)
                        .putInt(t.token)
                        .array();
            case Stop s -> new byte[] {STOP};
        };
    }

    private static byte[] encode(Prefill p) {
        int blocks = p.pages[0].length;
        ByteBuffer bytes = ByteBuffer.allocate(17 + p.prompt.length + 4 * p.pages.length * blocks)
                .put(PREFILL)
                .putInt(p.request)
                .putInt(p.prompt.length)
                .put(p.prompt)
                .putInt(p.pages.length)
                .putInt(blocks);
        for (int[] layer : p.pages) {
            for (int page : layer) {
                bytes.putInt(page);
            }
        }
        return bytes.array();
    }

    static Messages decode(byte[] message) {
        ByteBuffer bytes = ByteBuffer.wrap(message);
        byte what = bytes.get();
        return switch (what) {
            case PREFILL -> decodePrefill(bytes);
            case LAYER -> new Layer(bytes.getInt(), bytes.getInt());
            case FIRST_TOKEN -> new FirstToken(bytes.getInt(), bytes.getInt());
            case STOP -> new Stop();
            default -> throw new IllegalArgumentException("message of unknown kind " + what);
        };
    }

    private static Prefill decodePrefill(ByteBuffer bytes) {
        int request = bytes.getInt();
        byte[] prompt = new byte[count(bytes, 1)];
        bytes.get(prompt);
        int layers = count(bytes, 4);
        int blocks = count(bytes, 4 * Math.max(1, layers));
        int[][] pages = new int[layers][blocks];
        for (int[] layer : pages) {
            for (int i = 0; i < blocks; i++) {
                layer[i] = bytes.getInt();
            }
        }
        return new Prefill(request, prompt, pages);
    }

    /** A count of things of this size, which must be there. */
    private static int count(ByteBuffer bytes, int size) {
        int count = bytes.getInt();
        if (count < 0 || count > bytes.remaining() / size) {
            throw new IllegalArgumentException(
                    "message says " + count + " and has " + bytes.remaining() + " bytes left");
        }
        return count;
    }
}
