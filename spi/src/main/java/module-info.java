// SPDX-License-Identifier: Apache-2.0

/**
 * What backend authors implement: a provider, a backend, registrations and transfers; and native NIXL's wire format.
 */
@org.jspecify.annotations.NullMarked
module io.jnixl.spi {
    requires transitive io.jnixl.api;
    requires static org.jspecify;

    exports io.jnixl.spi;
    exports io.jnixl.spi.wire;
}
