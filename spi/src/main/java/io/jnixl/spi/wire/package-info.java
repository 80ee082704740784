// SPDX-License-Identifier: Apache-2.0

/**
 * Native NIXL's bytes: the record format, descriptor lists, agent metadata and notifications. Decoders take any bytes: they
 * check bounds first and answer with a value or a {@link io.jnixl.api.NixlException}, never anything else; what they allocate
 * is bounded by the length of the input, whatever counts and lengths it claims.
 *
 * <p>Written is the dialect of NIXL 0.6.0 and later. Read is that of 0.2.0 to 0.5.1 too, whose descriptor lists have one
 * record more. There is no version field: nothing in the bytes tells the dialects apart but this record.
 *
 * <p>Three things that a decoder takes are not written back the same: bytes behind the last record are ignored, the record
 * of the old dialect is dropped, and metadata is put into native order. The byte that ends a record is compared, which
 * native NIXL does not do: a wrong one means that a length is wrong.
 *
 * <p>Names are UTF-8 here and any bytes in native NIXL: what is not well-formed UTF-8 is refused with
 * {@link io.jnixl.api.ErrorCode#MISMATCH}, so that a name that is taken is written back byte for byte.
 */
package io.jnixl.spi.wire;
