// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi.wire;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An agent's metadata: who it is, how each of its backends is reached, and what memory each has published. Full metadata and
 * parts of it have the same form.
 *
 * <p>Kept in native NIXL's order: sections by memory kind, as given within one kind; descriptors by device, address, length.
 * Order has no meaning to a reader. Native agents write one section at most for each backend and kind; several are taken.
 *
 * <p>Immutable and thread-safe.
 *
 * @param agent the agent's name, not empty
 * @param connections how to reach backends; none in metadata that only adds regions
 * @param sections what is published; none when nothing is registered
 * @since 0.1
 */
public record WireMetadata(String agent, List<Connection> connections, List<Section> sections) {

    /**
     * Copies, and puts the sections in order.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for a name that is empty or that UTF-8 cannot express
     */
    public WireMetadata {
        Utf8.requireName("the agent's name", agent);
        connections = List.copyOf(connections);
        sections = sections.stream()
                .sorted(Comparator.comparing((Section s) -> s.descriptors().kind()))
                .toList();
    }

    /**
     * How a backend is reached.
     *
     * @param backend its type, such as {@code UCX}; not empty
     * @param info what the backend needs to connect, such as a worker's address; not empty, copied in and out
     * @since 0.1
     */
    @SuppressWarnings("ArrayRecordComponent") // copied and compared below
    public record Connection(String backend, byte[] info) {

        /**
         * Copies.
         *
         * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for an empty part, which native agents refuse
         */
        public Connection {
            Utf8.requireName("a connection's backend", backend);
            if (info.length == 0) {
                throw new NixlException(
                        ErrorCode.INVALID_PARAM, "the connection information of backend " + backend + " is empty");
            }
            info = info.clone();
        }

        /** A copy of the information. */
        @Override
        public byte[] info() {
            return info.clone();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Connection that && backend.equals(that.backend) && Arrays.equals(info, that.info);
        }

        @Override
        public int hashCode() {
            return Objects.hash(backend, Arrays.hashCode(info));
        }

        @Override
        public String toString() {
            return "Connection " + backend + ", " + info.length + " B";
        }
    }

    /**
     * What a backend published of one memory kind.
     *
     * @param backend the backend's type; not empty
     * @param descriptors the ranges, each with what the backend published for it; not empty
     * @since 0.1
     */
    public record Section(String backend, WireDescriptors descriptors) {

        /**
         * Puts the descriptors in order.
         *
         * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for an empty part: a native agent that loads an empty
         *     list forgets all it knew of the sender
         */
        public Section {
            Utf8.requireName("a section's backend", backend);
            if (descriptors.size() == 0) {
                throw new NixlException(
                        ErrorCode.INVALID_PARAM, "a section of backend " + backend + " has no descriptors");
            }
            descriptors = descriptors.sorted();
        }
    }

    /**
     * The bytes that native agents read.
     *
     * @throws NixlException with {@link ErrorCode#INVALID_PARAM} for more than 2 GiB
     */
    public byte[] encode() {
        return MetadataCodec.encode(this);
    }

    /**
     * Reads an agent's metadata; bytes behind it are ignored. Whether the name is one's own, and whether backends are known,
     * is the caller's to ask.
     *
     * @throws NixlException with native NIXL's codes: {@link ErrorCode#MISMATCH} for a wrong header, a missing or malformed
     *     field, an empty name or an empty connection; {@link ErrorCode#INVALID_PARAM} for a section without a backend;
     *     {@link ErrorCode#NOT_FOUND} for a section whose descriptor list is malformed or empty
     */
    public static WireMetadata decode(byte[] bytes) {
        return MetadataCodec.decode(new SerDesReader(bytes));
    }

    /**
     * As {@link #decode(byte[])}, from a reader, which is left behind the metadata: for those who must know where it ends.
     *
     * @param reader at the first record
     * @throws NixlException as {@link #decode(byte[])}; the reader is left somewhere in between
     */
    public static WireMetadata decode(SerDesReader reader) {
        return MetadataCodec.decode(reader);
    }
}
