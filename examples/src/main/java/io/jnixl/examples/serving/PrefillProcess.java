// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import io.jnixl.api.Agent;
import io.jnixl.api.NixlException;
import io.jnixl.examples.serving.model.Weights;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The prefill side as a process of its own. It takes the demo's arguments; decode's metadata comes by standard input, whose end
 * says that decode is gone; introduction and figures leave by a descriptor that nothing else writes to.
 */
final class PrefillProcess {
    /** Where {@link PrefillChild} puts the pipe: libraries write to 1 and 2 as they like. */
    static final int DESCRIPTOR = 3;

    static final int DECODE_IS_GONE = 3;

    private PrefillProcess() {}

    /** Serves until told to stop. */
    public static void main(String[] args) {
        System.exit(run(DemoOptions.parse(args)));
    }

    private static int run(DemoOptions options) {
        Weights weights = new Weights(options.model());
        try (OutputStream out = new FileOutputStream("/dev/fd/" + DESCRIPTOR);
                Agent agent = Agent.create("prefill")) {
            byte[] decode = Frames.read(System.in);
            exitWithDecode(System.in);
            try (Prefiller prefiller = new Prefiller(agent, agent.loadPeer(decode), weights)) {
                Frames.write(out, prefiller.introduction().encode());
                Frames.write(out, prefiller.serve().encode());
            }
            return 0;
        } catch (IOException | NixlException e) {
            System.err.println(e);
            return 1;
        }
    }

    /** Nothing follows the metadata, so whatever ends this wait is the end of decode. */
    private static void exitWithDecode(InputStream in) {
        Thread.ofPlatform().daemon().name("decode-watch").start(() -> {
            try {
                in.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                System.err.println(e);
            }
            System.err.println("decode is gone");
            System.exit(DECODE_IS_GONE);
        });
    }
}
