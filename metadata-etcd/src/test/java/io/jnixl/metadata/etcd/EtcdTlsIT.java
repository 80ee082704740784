// SPDX-License-Identifier: Apache-2.0
package io.jnixl.metadata.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.jnixl.api.ErrorCode;
import io.jnixl.spi.MetadataExchange;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An etcd that speaks TLS, and lets in only who shows its own certificate. */
class EtcdTlsIT extends EtcdFixture {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    Path folder;

    /** One certificate for both sides, signed by itself. */
    private void makeCertificate(Path cert, Path key) throws Exception {
        Path store = folder.resolve("store.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD),
                        "-alias",
                        "etcd",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=etcd",
                        "-ext",
                        "SAN=ip:127.0.0.1",
                        "-ext",
                        "bc:critical=ca:true")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue())
                .as(Files.readString(folder.resolve("keytool.log")))
                .isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD);
        }
        Files.writeString(cert, pem("CERTIFICATE", keys.getCertificate("etcd").getEncoded()));
        Files.writeString(key, pem("PRIVATE KEY", keys.getKey("etcd", PASSWORD).getEncoded()));
    }

    private static String pem(String what, byte[] bytes) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes);
        return "-----BEGIN " + what + "-----\n" + lines + "\n-----END " + what + "-----\n";
    }

    @Test
    void bothSidesShowCertificates() throws Exception {
        Path cert = folder.resolve("cert.pem");
        Path key = folder.resolve("key.pem");
        makeCertificate(cert, key);
        try (EtcdServer own = EtcdServer.startTls(folder, cert, key)) {
            String[] all = {
                "endpoints", own.endpoint(), "ca", cert.toString(), "cert", cert.toString(), "key", key.toString()
            };
            exchange("they", all).publish("metadata", bytes("blob"), SOON);
            assertThat(exchange("me", all).fetch("they", "metadata", SOON)).isEqualTo(bytes("blob"));

            MetadataExchange mute = exchange("x", "endpoints", own.endpoint(), "ca", cert.toString());
            assertNixl(ErrorCode.BACKEND, () -> mute.publish("metadata", bytes("x"), SHORT));
            MetadataExchange wary = exchange("x", "endpoints", own.endpoint());
            assertNixl(ErrorCode.BACKEND, () -> wary.publish("metadata", bytes("x"), SHORT))
                    .withMessageContaining("certification path");
            MetadataExchange plain = exchange("x", "endpoints", own.endpoint().replace("https", "http"));
            assertNixl(ErrorCode.BACKEND, () -> plain.publish("metadata", bytes("x"), SHORT));
        }
    }
}
