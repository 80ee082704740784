// SPDX-License-Identifier: Apache-2.0

/** Metadata exchange through etcd. */
@org.jspecify.annotations.NullMarked
module io.jnixl.metadata.etcd {
    // Not ours: gRPC needs it, and an automatic module cannot say so; the second is Guava's, which does not say so
    // either.
    requires com.google.common;
    requires com.google.common.util.concurrent.internal;
    requires com.google.protobuf;
    requires io.grpc;
    requires io.grpc.stub;
    requires transitive io.jnixl.spi;
    requires jetcd.grpc;
    requires static org.jspecify;

    exports io.jnixl.metadata.etcd;

    provides io.jnixl.spi.MetadataExchangeProvider with
            io.jnixl.metadata.etcd.EtcdExchangeProvider;
}
