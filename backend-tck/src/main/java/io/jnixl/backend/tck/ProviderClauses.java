// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.NixlException;
import io.jnixl.spi.Availability;
import io.jnixl.spi.BackendProvider;
import io.jnixl.spi.OptionSpec;
import io.jnixl.spi.SpiVersion;
import java.lang.reflect.Constructor;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a provider says of itself. */
final class ProviderClauses {
    static final String NAME = "C-PROV-1 the name is 1 to 64 letters, digits, _ and -, and always the same";
    static final String KINDS = "C-PROV-2 it takes some kind of memory";
    static final String CONSTRUCTOR =
            "C-PROV-3 its class is public, with a public constructor without arguments that takes no time";
    static final String QUICK = "C-PROV-4 its questions take no time";
    static final String OPTIONS = "C-PROV-5 options have names of their own and say what they are for";
    static final String VERSION = "C-PROV-6 it says which SPI it was compiled against";
    static final String AVAILABILITY = "C-PROV-7 availability answers and does not throw";
    static final String EXCLUDES = "C-PROV-8 it excludes others only";
    static final String MALFORMED = "C-PROV-9 an option's malformed value is refused with a NixlException, if at all";
    /** Generous, since machines that run tests are busy. */
    private static final long NOTICEABLE_NANOS = 100_000_000;

    private static final int TRIES = 5;
    private static final String NONSENSE = "\u0001 no such value";

    private ProviderClauses() {}

    static void addTo(Clauses c) {
        c.add(NAME, "BackendProvider.name: letters, digits, _ and -. Peers match backends by it", stage -> {
            assertThat(stage.under().provider().name()).matches("[A-Za-z0-9_-]{1,64}");
            assertThat(stage.under().provider().name())
                    .isEqualTo(stage.under().provider().name());
        });
        c.add(
                KINDS,
                "BackendProvider.memoryKinds: the memory kinds it can take, for either side",
                stage -> assertThat(stage.under().provider().memoryKinds())
                        .isNotEmpty()
                        .isEqualTo(stage.under().provider().memoryKinds()));
        c.add(
                CONSTRUCTOR,
                "BackendProvider: it has a public constructor without arguments; neither the constructor nor the questions open"
                        + " anything or take noticeable time",
                stage -> constructor(stage.under().provider()));
        c.add(
                QUICK,
                "BackendProvider: neither the constructor nor the questions open anything or take noticeable time",
                stage -> {
                    BackendProvider p = stage.under().provider();
                    assertThat(fastest(() -> List.of(
                                    p.name(),
                                    p.memoryKinds(),
                                    p.options(),
                                    p.preference(),
                                    p.excludes(),
                                    p.availability())))
                            .as("nanoseconds")
                            .isLessThan(NOTICEABLE_NANOS);
                });
        c.add(OPTIONS, "OptionSpec: one option: its name, type, default and documentation", stage -> {
            List<OptionSpec<?>> options = stage.under().provider().options();
            assertThat(options).extracting(OptionSpec::name).doesNotHaveDuplicates();
            assertThat(options).allSatisfy(o -> assertThat(o.doc()).as(o.name()).isNotBlank());
        });
        c.add(
                VERSION,
                "SpiVersion: every provider class carries @SpiVersion(SpiVersion.CURRENT); one with neither it nor the"
                        + " manifest's attribute is refused",
                stage -> {
                    SpiVersion version = stage.under().provider().getClass().getAnnotation(SpiVersion.class);
                    assertThat(version)
                            .as("@SpiVersion on "
                                    + stage.under().provider().getClass().getName())
                            .isNotNull();
                    assertThat(version.value()).isBetween(1, SpiVersion.CURRENT);
                });
        c.add(
                AVAILABILITY,
                "BackendProvider.availability: whether it can run here and now, and if not, why and what to do. Never throws",
                stage -> {
                    for (int i = 0; i < TRIES; i++) {
                        assertThat(stage.under().provider().availability()).isInstanceOf(Availability.Available.class);
                    }
                });
        c.add(
                EXCLUDES,
                "BackendProvider.excludes: backends that cannot run beside this one",
                stage -> assertThat(stage.under().provider().excludes())
                        .doesNotContain(stage.under().provider().name()));
        c.add(
                MALFORMED,
                "BackendProvider.create: NixlException with what failed and what to do",
                ProviderClauses::malformedOptions);
    }

    private static void constructor(BackendProvider provider) throws ReflectiveOperationException {
        Class<?> type = provider.getClass();
        assertThat(Modifier.isPublic(type.getModifiers()))
                .as(type + " is public")
                .isTrue();
        Constructor<?> constructor = type.getConstructor();
        if (constructor.canAccess(null)) { // not where the package is provided to the service loader only
            assertThat(fastest(() -> constructor.newInstance()))
                    .as("nanoseconds")
                    .isLessThan(NOTICEABLE_NANOS);
        }
    }

    /** The best of some, so that loading of classes and other people's work do not count. */
    private static long fastest(ThrowingCall call) throws ReflectiveOperationException {
        long best = Long.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            long start = System.nanoTime();
            Object answer = call.call();
            best = Math.min(best, System.nanoTime() - start);
            assertThat(answer).isNotNull();
        }
        return best;
    }

    private interface ThrowingCall {
        Object call() throws ReflectiveOperationException;
    }

    private static void malformedOptions(Stage stage) {
        for (OptionSpec<?> option : stage.under().provider().options()) {
            if (parses(option)) {
                continue;
            }
            Map<String, String> options = new HashMap<>(stage.under().options());
            options.put(option.name(), NONSENSE);
            try {
                stage.under().agent("malformed", options).close();
            } catch (NixlException e) {
                assertThat(e).hasMessageContaining(option.name());
            }
        }
    }

    private static boolean parses(OptionSpec<?> option) {
        try {
            return option.parse(NONSENSE) != null;
        } catch (NixlException e) {
            return false;
        }
    }
}
