// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.files;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.ExchangeContext;
import io.jnixl.spi.MetadataExchange;
import io.jnixl.spi.MetadataExchangeProvider;
import io.jnixl.spi.OptionSpec;
import io.jnixl.spi.SpiVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The exchange {@code files}: a folder that all agents see, on one host or by a shared file system. Who may write there is
 * trusted.
 */
@SpiVersion(SpiVersion.CURRENT)
public final class FilesExchangeProvider implements MetadataExchangeProvider {
    static final String NAME = "files";

    static final OptionSpec<Path> DIRECTORY = OptionSpec.path(
                    "directory", "the folder that all agents see; made when it is not there")
            .required();

    /** For {@link java.util.ServiceLoader}. */
    public FilesExchangeProvider() {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<OptionSpec<?>> options() {
        return List.of(DIRECTORY);
    }

    @Override
    public MetadataExchange create(BackendConfig config, ExchangeContext context) {
        Path folder = config.get(DIRECTORY);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw NixlException.of(ErrorCode.BACKEND, "the folder of exchange files cannot be made: " + e)
                    .remedy("see exchanges.files.directory (" + config.origin(DIRECTORY) + ")")
                    .cause(e)
                    .build();
        }
        return new FilesExchange(folder, context);
    }
}
