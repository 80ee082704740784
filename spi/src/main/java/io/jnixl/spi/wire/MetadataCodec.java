// SPDX-License-Identifier: Apache-2.0
package io.jnixl.spi.wire;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.spi.wire.WireDescriptors.Form;
import io.jnixl.spi.wire.WireMetadata.Connection;
import io.jnixl.spi.wire.WireMetadata.Section;
import java.util.ArrayList;
import java.util.List;

/** The bytes of agent metadata: name, connections, a delimiter, sections. */
final class MetadataCodec {
    private static final String AGENT_TAG = "Agent";
    private static final String CONNECTION_COUNT_TAG = "Conns";
    private static final String CONNECTION_BACKEND_TAG = "t";
    private static final String CONNECTION_INFO_TAG = "c";
    private static final String DELIMITER = "MemSection";
    private static final String SECTION_COUNT_TAG = "nixlSecElms";
    private static final String SECTION_BACKEND_TAG = "bknd";

    private MetadataCodec() {}

    static byte[] encode(WireMetadata metadata) {
        SerDesWriter writer = new SerDesWriter(estimate(metadata));
        writer.string(AGENT_TAG, metadata.agent());
        writer.u64(CONNECTION_COUNT_TAG, metadata.connections().size());
        for (Connection connection : metadata.connections()) {
            writer.string(CONNECTION_BACKEND_TAG, connection.backend());
            writer.bytes(CONNECTION_INFO_TAG, connection.info());
        }
        writer.string("", DELIMITER);
        writer.u64(SECTION_COUNT_TAG, metadata.sections().size());
        for (Section section : metadata.sections()) {
            writer.string(SECTION_BACKEND_TAG, section.backend());
            section.descriptors().write(writer, Form.WITH_BLOBS);
        }
        return writer.toByteArray();
    }

    /** The lists exactly, since they may be huge; the writer grows for the rest. */
    private static long estimate(WireMetadata metadata) {
        long bytes = 1024;
        for (Section section : metadata.sections()) {
            bytes += section.descriptors().encodedLength(Form.WITH_BLOBS);
        }
        return bytes;
    }

    static WireMetadata decode(SerDesReader reader) {
        String agent = name(reader, AGENT_TAG, ErrorCode.MISMATCH, "the agent's name");
        List<Connection> connections = readConnections(reader);
        requireDelimiter(reader);
        return new WireMetadata(agent, connections, readSections(reader));
    }

    private static List<Connection> readConnections(SerDesReader reader) {
        long count = reader.u64(CONNECTION_COUNT_TAG);
        List<Connection> connections = new ArrayList<>();
        // No room is made by the count: a false one runs into the end of the bytes.
        for (long i = 0; Long.compareUnsigned(i, count) < 0; i++) {
            String backend = name(reader, CONNECTION_BACKEND_TAG, ErrorCode.MISMATCH, "the backend of connection " + i);
            long start = reader.offset();
            byte[] info = reader.bytes(CONNECTION_INFO_TAG);
            if (info.length == 0) {
                throw reader.mismatch(start, "the information of connection " + i + " is empty");
            }
            connections.add(new Connection(backend, info));
        }
        return connections;
    }

    private static void requireDelimiter(SerDesReader reader) {
        long start = reader.offset();
        if (!reader.string("").equals(DELIMITER)) {
            throw reader.mismatch(start, "expected \"" + DELIMITER + "\" between connections and sections");
        }
    }

    private static List<Section> readSections(SerDesReader reader) {
        long count = reader.u64(SECTION_COUNT_TAG);
        List<Section> sections = new ArrayList<>();
        for (long i = 0; Long.compareUnsigned(i, count) < 0; i++) {
            String backend = name(reader, SECTION_BACKEND_TAG, ErrorCode.INVALID_PARAM, "the backend of section " + i);
            sections.add(new Section(backend, readDescriptors(reader, i)));
        }
        return sections;
    }

    private static WireDescriptors readDescriptors(SerDesReader reader, long section) {
        long start = reader.offset();
        WireDescriptors descriptors;
        try {
            descriptors = WireDescriptors.read(reader, Form.WITH_BLOBS);
        } catch (NixlException e) {
            throw NixlException.of(
                            ErrorCode.NOT_FOUND, "section " + section + " holds no descriptor list: " + e.getMessage())
                    .cause(e)
                    .build();
        }
        if (descriptors.size() == 0) {
            throw new NixlException(
                    ErrorCode.NOT_FOUND, "the descriptor list of section " + section + " is empty, at offset " + start);
        }
        return descriptors;
    }

    private static String name(SerDesReader reader, String tag, ErrorCode whenEmpty, String what) {
        long start = reader.offset();
        String name = reader.string(tag);
        if (name.isEmpty()) {
            throw new NixlException(whenEmpty, what + " is empty, at offset " + start);
        }
        return name;
    }
}
