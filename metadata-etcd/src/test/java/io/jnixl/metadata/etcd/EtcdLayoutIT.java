// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.ErrorCode;
import io.jnixl.spi.MetadataExchange;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is in etcd when an agent has published, byte for byte as native NIXL has it, and what of native's is understood. */
class EtcdLayoutIT extends EtcdFixture {

    @Test
    @DisplayName("H: exact keys with the double slash")
    void exactKeysWithDoubleSlashInTheDefaultNamespace() {
        MetadataExchange exchange = exchange("agent-1", "namespace", EtcdExchangeProvider.DEFAULT_NAMESPACE);
        exchange.publish("metadata", bytes("blob"), SOON);
        var keys = raw.below("/nixl/");
        assertThat(keys.keySet()).containsExactly("/nixl/agents//agent-1/", "/nixl/agents//agent-1/metadata");
        assertThat(keys.firstEntry().getValue().getValue().isEmpty()).isTrue();
        assertThat(keys.lastEntry().getValue().getValue().toStringUtf8()).isEqualTo("blob");
        exchange.withdraw(SOON);
        assertThat(raw.below("/nixl/")).isEmpty();
    }

    @Test
    @DisplayName("H: custom namespace with and without trailing slash")
    void customNamespaceWithAndWithoutTrailingSlash() {
        exchange("a", "namespace", namespace + "with/").publish("metadata", bytes("1"), SOON);
        exchange("a", "namespace", namespace + "without").publish("metadata", bytes("2"), SOON);
        assertThat(raw.below(namespace).keySet())
                .containsExactly(
                        namespace + "with//a/",
                        namespace + "with//a/metadata",
                        namespace + "without/a/",
                        namespace + "without/a/metadata");
    }

    @Test
    void thePrefixKeyIsPutOnceWhilePublished() {
        MetadataExchange exchange = exchange("a");
        exchange.publish("metadata", bytes("1"), SOON);
        exchange.publish("metadata", bytes("2"), SOON);
        exchange.publish("part", bytes("3"), SOON);
        var keys = raw.below(namespace);
        assertThat(keys.get(namespace + "/a/").getVersion()).isOne();
        assertThat(keys.get(namespace + "/a/metadata").getVersion()).isEqualTo(2);
        long first = keys.get(namespace + "/a/").getCreateRevision();
        exchange.withdraw(SOON);
        exchange.publish("metadata", bytes("4"), SOON);
        keys = raw.below(namespace);
        assertThat(keys.keySet()).containsExactly(namespace + "/a/", namespace + "/a/metadata");
        assertThat(keys.get(namespace + "/a/").getVersion()).isOne();
        assertThat(keys.get(namespace + "/a/").getCreateRevision()).isGreaterThan(first);
    }

    @Test
    @DisplayName("H: publish and fetch both ways")
    void publishAndFetchBothWays() {
        MetadataExchange a = exchange("a");
        MetadataExchange b = exchange("b");
        a.publish("metadata", bytes("of a"), SOON);
        b.publish("metadata", bytes("of b"), SOON);
        assertThat(b.fetch("a", "metadata", SOON)).isEqualTo(bytes("of a"));
        assertThat(a.fetch("b", "metadata", SOON)).isEqualTo(bytes("of b"));
    }

    @Test
    void whatNativeHasPutIsFetched() {
        raw.put(namespace + "/native/", new byte[0]);
        raw.put(namespace + "/native/metadata", bytes("blob"));
        assertThat(exchange("a").fetch("native", "metadata", SOON)).isEqualTo(bytes("blob"));
    }

    @Test
    @DisplayName("H: empty value")
    void emptyValueCountsAsAbsent() {
        raw.put(namespace + "/native/", new byte[0]);
        raw.put(namespace + "/native/metadata", new byte[0]);
        MetadataExchange a = exchange("a");
        assertNixl(ErrorCode.TIMED_OUT, () -> a.fetch("native", "metadata", SHORT))
                .withMessageContaining(namespace + "/native/metadata")
                .withMessageContaining("peer native")
                .withMessageContaining("exchanges.etcd.namespace");
        raw.put(namespace + "/native/metadata", bytes("blob"));
        assertThat(a.fetch("native", "metadata", SOON)).isEqualTo(bytes("blob"));
    }

    @Test
    @DisplayName("H: label of partial metadata")
    void labelOfPartialMetadata() {
        MetadataExchange a = exchange("a");
        a.publish("layer.0 é", bytes("part"), SOON);
        assertThat(raw.below(namespace).keySet()).containsExactly(namespace + "/a/", namespace + "/a/layer.0 é");
        MetadataExchange b = exchange("b");
        assertThat(b.fetch("a", "layer.0 é", SOON)).isEqualTo(bytes("part"));
        assertNixl(ErrorCode.TIMED_OUT, () -> b.fetch("a", "metadata", SHORT));
    }

    @Test
    @DisplayName("H: binary safety")
    void binarySafety() {
        byte[] all = new byte[(3 << 19) - 1024]; // nearly as much as etcd takes
        long seed = System.nanoTime();
        System.out.println("binarySafety: seed " + seed);
        new Random(seed).nextBytes(all);
        for (int i = 0; i < 256; i++) {
            all[i] = (byte) i;
        }
        exchange("a").publish("metadata", all.clone(), SOON);
        assertThat(Arrays.equals(exchange("b").fetch("a", "metadata", SOON), all))
                .isTrue();
        assertThat(raw.below(namespace).lastEntry().getValue().getValue().toByteArray())
                .isEqualTo(all);
    }

    @Test
    void withdrawingAgentALeavesAgentAb() {
        MetadataExchange a = exchange("a");
        MetadataExchange ab = exchange("ab");
        a.publish("metadata", bytes("1"), SOON);
        ab.publish("metadata", bytes("2"), SOON);
        a.withdraw(SOON);
        assertThat(raw.below(namespace).keySet()).containsExactly(namespace + "/ab/", namespace + "/ab/metadata");
    }

    @Test
    void namesAreKeysAsTheyAre() {
        String odd = "träger/1 \u0000\n..";
        exchange(odd).publish("metadata", bytes("1"), SOON);
        assertThat(raw.below(namespace).keySet())
                .containsExactly(namespace + "/" + odd + "/", namespace + "/" + odd + "/metadata");
        assertThat(exchange("b").fetch(odd, "metadata", SOON)).isEqualTo(bytes("1"));
    }

    @Test
    void withdrawingNothingIsNothing() {
        MetadataExchange a = exchange("a");
        a.withdraw(SOON);
        a.withdraw(SOON);
        assertThat(raw.below(namespace)).isEmpty();
    }

    @Test
    void valueThatIsTooLarge() {
        MetadataExchange a = exchange("a");
        for (int size : new int[] {3 << 19, 9 << 20}) { // refused by etcd itself, and by its gRPC
            assertNixl(ErrorCode.BACKEND, () -> a.publish("metadata", new byte[size], SOON))
                    .withMessageContaining("publishing " + size + " bytes")
                    .withMessageContaining(server.endpoint().substring("http://".length()))
                    .withMessageContaining("--max-request-bytes");
        }
        assertNixl(ErrorCode.BACKEND, () -> a.publish("metadata", new byte[Servers.LARGEST + 1], SOON))
                .withMessageContaining("too much for etcd");
        a.publish("metadata", "fits".getBytes(StandardCharsets.UTF_8), SOON);
        assertThat(raw.below(namespace)).hasSize(2);
    }

    @Test
    void aFormerIncarnationsKeysGoWithTheFirstPublication() {
        raw.put(namespace + "/a/", new byte[0]);
        raw.put(namespace + "/a/metadata", bytes("stale"));
        raw.put(namespace + "/a/part", bytes("stale"));
        exchange("a").publish("metadata", bytes("new"), SOON);
        var keys = raw.below(namespace);
        assertThat(keys.keySet()).containsExactly(namespace + "/a/", namespace + "/a/metadata");
        assertThat(keys.lastEntry().getValue().getValue().toStringUtf8()).isEqualTo("new");
    }
}
