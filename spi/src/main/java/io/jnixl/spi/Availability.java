// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A provider's answer to "can you run here?".
 *
 * @since 0.1
 */
public sealed interface Availability {

    /**
     * It can.
     *
     * @param version of the backend or the native library behind it; empty when it has none
     * @param features what it found, in a user's words
     * @since 0.1
     */
    record Available(String version, List<String> features) implements Availability {
        /** Checks for null and copies. */
        public Available {
            Objects.requireNonNull(version, "version");
            features = List.copyOf(features);
        }
    }

    /**
     * It cannot.
     *
     * @param reason what is missing, in a user's words
     * @param remedy what to do: a package, a flag, a setting; empty when nothing can be done
     * @param cause what was caught, if anything was
     * @since 0.1
     */
    record Unavailable(
            String reason, String remedy, @Nullable Throwable cause) implements Availability {
        /** Checks for null. */
        public Unavailable {
            Objects.requireNonNull(reason, "reason");
            Objects.requireNonNull(remedy, "remedy");
        }

        /** The same as an error, for who needs the backend all the same. */
        public NixlException toException(ErrorCode code, String backend) {
            return toException(code, backend, "");
        }

        /** The same with words before the reason. */
        public NixlException toException(ErrorCode code, String backend, String prefix) {
            NixlException.Builder error =
                    NixlException.of(code, prefix + reason).backend(backend).remedy(remedy);
            return (cause == null ? error : error.cause(cause)).build();
        }
    }

    /** It can. */
    static Availability available(String version, String... features) {
        return new Available(version, List.of(features));
    }

    /** It cannot, and this is what to do. */
    static Availability unavailable(String reason, String remedy) {
        return new Unavailable(reason, remedy, null);
    }
}
