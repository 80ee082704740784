// SPDX-License-Identifier: Apache-2.0
package io.jnixl.agent.internal.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.BackendConfig;
import io.jnixl.spi.ExchangeContext;
import io.jnixl.spi.MetadataExchange;
import io.jnixl.spi.MetadataExchangeProvider;
import io.jnixl.spi.OptionSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which exchanges there are. */
class ExchangeDiscoveryTest {

    private record Provider(String name, List<OptionSpec<?>> options) implements MetadataExchangeProvider {
        Provider(String name) {
            this(name, List.of());
        }

        @Override
        public MetadataExchange create(BackendConfig config, ExchangeContext context) {
            throw new AssertionError("not asked for");
        }
    }

    private static ExchangeDiscovery discover(MetadataExchangeProvider... extra) {
        return ExchangeDiscovery.discover(ExchangeDiscoveryTest.class.getClassLoader(), List.of(extra));
    }

    @Test
    void filesIsThereAlways() {
        assertThat(discover().options()).containsOnlyKeys("files");
        assertThat(discover().provider("files").name()).isEqualTo("files");
    }

    @Test
    void theProgramsBeatsTheOneFound() {
        Provider mine = new Provider("files");
        assertThat(discover(mine).provider("files")).isSameAs(mine);
        assertThat(discover(mine, new Provider("other")).options()).containsOnlyKeys("files", "other");
    }

    @Test
    void aNameThatIsNone() {
        assertMissing(discover(new Provider("no name")), "x", "its name \"no name\" is no name");
        assertMissing(discover(new Provider("")), "x", "is no name");
        assertMissing(discover(new Provider("a\nb".repeat(1000))), "x", "is no name");
    }

    @Test
    void aProviderThatFailsKeepsNoOtherFromWorking() {
        MetadataExchangeProvider bad = new MetadataExchangeProvider() {
            @Override
            public String name() {
                throw new NoClassDefFoundError("some/Thing");
            }

            @Override
            public MetadataExchange create(BackendConfig config, ExchangeContext context) {
                throw new AssertionError();
            }
        };
        ExchangeDiscovery found = discover(bad, new Provider("good"));
        assertThat(found.options()).containsOnlyKeys("good", "files");
        assertMissing(found, "x", "class some.Thing, which it needs, is missing");
    }

    private static void assertMissing(ExchangeDiscovery found, String name, String said) {
        assertThatExceptionOfType(NixlException.class)
                .isThrownBy(() -> found.provider(name))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND))
                .withMessageContaining(said)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(2000).doesNotContain("\n"));
    }
}
