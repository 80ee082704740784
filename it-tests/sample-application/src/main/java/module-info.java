// SPDX-License-Identifier: Apache-2.0

/** An application that compiles against jnixl's api alone; agent and backends come at run time. */
module org.example.application {
    requires io.jnixl.api;
}
