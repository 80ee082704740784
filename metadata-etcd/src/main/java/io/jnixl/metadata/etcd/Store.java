// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.ResponseOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;

/** The keys of agents in etcd. Thread-safe. */
final class Store {
    private final Servers servers;
    private final Keys keys;

    Store(Servers servers, Keys keys) {
        this.servers = servers;
        this.keys = keys;
    }

    /** What an agent has published under a label; the label may be empty, for the publication alone. */
    Snapshot read(String agent, String label, Deadline deadline) {
        RangeRequest.Builder value = RangeRequest.newBuilder().setKey(keys.of(agent, label));
        RangeRequest.Builder prefix =
                RangeRequest.newBuilder().setKey(keys.prefix(agent)).setKeysOnly(true);
        TxnRequest both = TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder().setRequestRange(label.isEmpty() ? prefix : value))
                .addSuccess(RequestOp.newBuilder().setRequestRange(prefix))
                .build();
        TxnResponse answer = servers.call(
                "reading the metadata of agent " + Failures.shown(agent),
                deadline,
                channel -> KVGrpc.newBlockingStub(channel).txn(both));
        if (answer.getResponsesCount() != 2) {
            throw new NixlException(
                    ErrorCode.BACKEND, "etcd answered " + answer.getResponsesCount() + " of 2 questions");
        }
        return new Snapshot(
                found(answer.getResponses(0)).getValue(),
                found(answer.getResponses(1)).getCreateRevision(),
                answer.getHeader().getRevision());
    }

    /** Of a key that is not there, everything is empty or 0. */
    private static KeyValue found(ResponseOp answer) {
        return answer.getResponseRange().getKvsCount() == 0
                ? KeyValue.getDefaultInstance()
                : answer.getResponseRange().getKvs(0);
    }

    /**
     * Puts a value, and the prefix key with it unless that is there: native peers take a second put for an error.
     *
     * @param first whether the prefix key is not there, as far as is known
     */
    void put(String agent, String label, ByteString value, long lease, boolean first, Deadline deadline) {
        String what = "publishing " + value.size() + " bytes under label " + Failures.shown(label);
        boolean absent = first;
        // Not one transaction with two branches: the value would be sent in both, and count twice against etcd's limit.
        while (!put(what, keys.prefix(agent), putting(keys.of(agent, label), value, lease), absent, deadline)) {
            absent = !absent;
        }
    }

    /** False, and nothing is done, when the prefix key is not as expected. */
    private boolean put(String what, ByteString prefix, RequestOp value, boolean absent, Deadline deadline) {
        TxnRequest.Builder request = TxnRequest.newBuilder()
                .addCompare(Compare.newBuilder()
                        .setKey(prefix)
                        .setTarget(Compare.CompareTarget.CREATE)
                        .setResult(absent ? Compare.CompareResult.EQUAL : Compare.CompareResult.NOT_EQUAL)
                        .setCreateRevision(0));
        if (absent) {
            request.addSuccess(
                    putting(prefix, ByteString.EMPTY, value.getRequestPut().getLease()));
        }
        request.addSuccess(value);
        return servers.call(
                        what,
                        deadline,
                        channel -> KVGrpc.newBlockingStub(channel).txn(request.build()))
                .getSucceeded();
    }

    private static RequestOp putting(ByteString key, ByteString value, long lease) {
        return RequestOp.newBuilder()
                .setRequestPut(
                        PutRequest.newBuilder().setKey(key).setValue(value).setLease(lease))
                .build();
    }

    /** Deletes all keys of an agent, at once. */
    void delete(String agent, Deadline deadline) {
        ByteString prefix = keys.prefix(agent);
        DeleteRangeRequest range = DeleteRangeRequest.newBuilder()
                .setKey(prefix)
                .setRangeEnd(Keys.endOfRange(prefix))
                .build();
        servers.call(
                "taking away the metadata of agent " + Failures.shown(agent),
                deadline,
                channel -> KVGrpc.newBlockingStub(channel).deleteRange(range));
    }
}
