// SPDX-License-Identifier: Apache-2.0
package io.jnixl.examples.serving;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.examples.serving.model.ModelConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HexFormat;
import java.util.List;

/** The prompts, a line each; a token is a byte. */
final class Prompts {
    private Prompts() {}

    static List<byte[]> read(DemoOptions options) throws IOException {
        List<byte[]> prompts = Files.readAllLines(options.prompts(), StandardCharsets.UTF_8).stream()
                .filter(line -> !line.isBlank())
                .map(line -> line.getBytes(StandardCharsets.UTF_8))
                .toList();
        if (prompts.isEmpty()) {
            throw new NixlException(ErrorCode.INVALID_PARAM, options.prompts() + " holds no prompt");
        }
        for (int i = 0; i < prompts.size(); i++) {
            checkLength(i, prompts.get(i).length, options);
        }
        return prompts;
    }

    private static void checkLength(int i, int length, DemoOptions options) {
        int most = options.model().maxTokens();
        if (length + options.tokens() > most) {
            throw new NixlException(
                    ErrorCode.INVALID_PARAM,
                    "prompt " + (i + 1) + " has " + length + " bytes; with " + options.tokens()
                            + " tokens to come it must fit " + most);
        }
    }

    /** Whether one of them comes again and is long enough to be found in the file. */
    static boolean repeat(List<byte[]> prompts) {
        long different =
                prompts.stream().map(HexFormat.of()::formatHex).distinct().count();
        return different < prompts.size() && prompts.stream().anyMatch(p -> p.length > ModelConfig.BLOCK_TOKENS);
    }
}
