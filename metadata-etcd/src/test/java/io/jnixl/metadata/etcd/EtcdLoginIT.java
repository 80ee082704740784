// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.AuthEnableRequest;
import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthRoleAddRequest;
import io.etcd.jetcd.api.AuthRoleGrantPermissionRequest;
import io.etcd.jetcd.api.AuthUserAddRequest;
import io.etcd.jetcd.api.AuthUserGrantRoleRequest;
import io.etcd.jetcd.api.Permission;
import io.grpc.Channel;
import io.jnixl.api.ErrorCode;
import io.jnixl.spi.MetadataExchange;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An etcd that wants to know who asks. */
class EtcdLoginIT extends EtcdFixture {
    private final Context me = new Context("me");

    private static void addUser(Channel channel, String name, String role) {
        AuthGrpc.AuthBlockingStub auth = AuthGrpc.newBlockingStub(channel);
        var _ = auth.userAdd(AuthUserAddRequest.newBuilder()
                .setName(name)
                .setPassword("hunter2")
                .build());
        var _ = auth.roleAdd(AuthRoleAddRequest.newBuilder().setName(role).build());
        var _ = auth.userGrantRole(AuthUserGrantRoleRequest.newBuilder()
                .setUser(name)
                .setRole(role)
                .build());
    }

    private void protect(String endpoint) {
        ByteString from = ByteString.copyFromUtf8(namespace);
        Permission all = Permission.newBuilder()
                .setPermType(Permission.Type.READWRITE)
                .setKey(from)
                .setRangeEnd(Keys.endOfRange(from))
                .build();
        try (Raw there = new Raw(endpoint)) {
            var _ = there.ask(channel -> {
                addUser(channel, "root", "root");
                addUser(channel, "nixl", "agents");
                var _ = AuthGrpc.newBlockingStub(channel)
                        .roleGrantPermission(AuthRoleGrantPermissionRequest.newBuilder()
                                .setName("agents")
                                .setPerm(all)
                                .build());
                return AuthGrpc.newBlockingStub(channel).authEnable(AuthEnableRequest.getDefaultInstance());
            });
        }
    }

    @Test
    void userAndPassword(@TempDir Path folder) throws Exception {
        try (EtcdServer own = EtcdServer.start(folder)) {
            protect(own.endpoint());
            String[] nixl = {"endpoints", own.endpoint(), "user", "nixl", "password", "hunter2"};
            MetadataExchange mine = exchange(me, nixl);
            MetadataExchange theirs = exchange("they", nixl);
            theirs.publish("metadata", bytes("blob"), SOON);
            assertThat(mine.fetch("they", "metadata", SOON)).isEqualTo(bytes("blob"));
            theirs.withdraw(SOON);
            eventually(() -> me.gone().contains("they"));

            // A token of the simple kind does not outlive the server that gave it.
            theirs.publish("metadata", bytes("blob"), SOON);
            mine.fetch("they", "metadata", SOON);
            own.kill();
            own.start();
            theirs.withdraw(SOON);
            eventually(() -> me.gone().size() == 2);

            assertRefused(exchange("x", "endpoints", own.endpoint()));
            assertRefused(exchange("x", "endpoints", own.endpoint(), "user", "nixl", "password", "hunter3"));
            nixl = new String[] {
                "endpoints", own.endpoint(), "user", "nixl", "password", "hunter2", "namespace", "/elsewhere"
            };
            assertRefused(exchange("x", nixl));
        }
    }

    private static void assertRefused(MetadataExchange exchange) {
        assertNixl(ErrorCode.BACKEND, () -> exchange.publish("metadata", bytes("x"), SOON))
                .withMessageContaining("exchanges.etcd.user")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter"));
    }
}
