// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.CompactionRequest;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.grpc.Channel;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Looks into etcd and changes it with bare requests, past the code under test. */
final class Raw implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Servers servers;

    Raw(String endpoint) {
        servers = servers(endpoint);
    }

    static Servers servers(String endpoint) {
        return new Servers(
                new Access(List.of(Endpoint.parse(endpoint, "test")), null, Duration.ofSeconds(2), null, null, null));
    }

    <T> T ask(Function<Channel, T> request) {
        return servers.call("the test's own request", Deadline.in(PATIENCE), request);
    }

    /** All there is below a prefix, by key. */
    NavigableMap<String, KeyValue> below(String prefix) {
        ByteString key = ByteString.copyFromUtf8(prefix);
        RangeRequest range = RangeRequest.newBuilder()
                .setKey(key)
                .setRangeEnd(Keys.endOfRange(key))
                .build();
        NavigableMap<String, KeyValue> found = new TreeMap<>();
        ask(channel -> KVGrpc.newBlockingStub(channel).range(range))
                .getKvsList()
                .forEach(kv -> found.put(kv.getKey().toStringUtf8(), kv));
        return found;
    }

    /** Returns the revision. */
    long put(String key, byte[] value) {
        PutRequest put = PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFrom(value))
                .build();
        return ask(channel -> KVGrpc.newBlockingStub(channel).put(put))
                .getHeader()
                .getRevision();
    }

    long delete(String key) {
        DeleteRangeRequest delete = DeleteRangeRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .build();
        return ask(channel -> KVGrpc.newBlockingStub(channel).deleteRange(delete))
                .getHeader()
                .getRevision();
    }

    /** What native NIXL does to invalidate its own metadata. */
    void deleteBelow(String prefix) {
        ByteString key = ByteString.copyFromUtf8(prefix);
        DeleteRangeRequest delete = DeleteRangeRequest.newBuilder()
                .setKey(key)
                .setRangeEnd(Keys.endOfRange(key))
                .build();
        ask(channel -> KVGrpc.newBlockingStub(channel).deleteRange(delete));
    }

    void compact(long revision) {
        CompactionRequest compact = CompactionRequest.newBuilder()
                .setRevision(revision)
                .setPhysical(true)
                .build();
        ask(channel -> KVGrpc.newBlockingStub(channel).compact(compact));
    }

    @Override
    public void close() {
        servers.close();
    }
}
