// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import com.google.protobuf.ByteString;

/**
 * Native NIXL's keys: namespace, {@code /}, agent, {@code /}, label. Nothing is normalised, so that the default namespace,
 * which ends with a slash, gives two slashes in a row.
 *
 * @param namespace what all keys begin with
 */
record Keys(String namespace) {

    /** The agent's key with an empty label: there while the agent has published anything; all its keys begin so. */
    ByteString prefix(String agent) {
        return ByteString.copyFromUtf8(namespace + "/" + agent + "/");
    }

    /** The key of what an agent has published under a label. */
    ByteString of(String agent, String label) {
        return prefix(agent).concat(ByteString.copyFromUtf8(label));
    }

    /** Where the range of keys ends that begin with this one, which ends with a slash: the slash counted up by one. */
    static ByteString endOfRange(ByteString prefix) {
        byte[] end = prefix.toByteArray();
        end[end.length - 1]++;
        return ByteString.copyFrom(end);
    }
}
