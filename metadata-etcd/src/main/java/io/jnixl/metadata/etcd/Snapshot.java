// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import com.google.protobuf.ByteString;

/**
 * What etcd held for an agent at one moment.
 *
 * @param value under the label asked for; empty when there was none
 * @param publication the revision that created the agent's prefix key: another one means that the agent has withdrawn
 *     meanwhile, even if it has published anew; 0 when there was no such key
 * @param revision the moment; what is watched from the next revision on is complete
 */
record Snapshot(ByteString value, long publication, long revision) {}
