// SPDX-License-Identifier: Apache-2.0

/** A backend of jnixl's that keeps objects compressed in a folder. */
module org.example.zipstore {
    requires io.jnixl.spi;

    provides io.jnixl.spi.BackendProvider with
            org.example.zipstore.ZipStoreProvider;
}
