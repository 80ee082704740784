// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How the two processes meet. */
final class MeetingOptions {
    static final String DEFAULT_ADDRESS = "127.0.0.1";
    static final int DEFAULT_PORT = 12_345;

    /** The kinds of rendezvous. */
    enum Way {
        ETCD,
        TCP
    }

    @Option(
            names = "--local",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            description = "This command starts the second process itself, on this host; the default when none of the"
                    + " options below is given.")
    boolean local;

    @Option(
            names = "--runtime_type",
            paramLabel = "TCP|ETCD",
            converter = WayConverter.class,
            description = "How the processes meet: TCP (ASIO is the same), the default, or ETCD.")
    @Nullable
    Way runtime;

    @Option(
            names = {"--asio_address", "--address"},
            paramLabel = "HOST",
            description = "Where they meet by TCP: an address of one of the two hosts; 127.0.0.1 unless given.")
    @Nullable
    String address;

    @Option(
            names = {"--asio_port", "--port"},
            paramLabel = "PORT",
            converter = Port.class,
            description = "12345 unless given.")
    @Nullable
    Integer port;

    @Option(
            names = "--etcd_endpoints",
            paramLabel = "URL,...",
            description = "Servers of the etcd by which they meet; implies ETCD. http://localhost:2379 unless given.")
    @Nullable
    String etcd;

    @Option(
            names = "--benchmark_group",
            paramLabel = "NAME",
            description = "Both processes must name the same; \"default\" unless given.")
    String group = "default";

    @Option(
            names = "--role",
            paramLabel = "auto|initiator|target",
            description = "What this process is; auto, the default: the first to come is the initiator. ETCD needs it.")
    Role role = Role.AUTO;

    boolean isLocal() {
        return local || (runtime == null && address == null && port == null && etcd == null && role == Role.AUTO);
    }

    boolean isEtcd() {
        return runtime == Way.ETCD || (runtime == null && etcd != null);
    }

    String address() {
        return address == null ? DEFAULT_ADDRESS : address;
    }

    int port() {
        return port == null ? DEFAULT_PORT : port;
    }

    @Nullable
    String wrong() {
        if (!Hello.isWord(group)) {
            return "--benchmark_group '" + group + "' is no word of visible ASCII characters, at most "
                    + Hello.LONGEST_WORD;
        }
        List<String> others = new ArrayList<>();
        if (runtime != null) {
            others.add("--runtime_type");
        }
        if (address != null || port != null) {
            others.add("--asio_address or --asio_port");
        }
        if (etcd != null) {
            others.add("--etcd_endpoints");
        }
        if (role != Role.AUTO) {
            others.add("--role");
        }
        if (local && !others.isEmpty()) {
            return "--local and " + others.getFirst() + " exclude each other";
        }
        if (isEtcd() && (address != null || port != null)) {
            return "ETCD and --asio_address or --asio_port exclude each other";
        }
        if (isEtcd() && role == Role.AUTO) {
            return "ETCD needs --role initiator in one process and --role target in the other";
        }
        return runtime == Way.TCP && etcd != null ? "TCP and --etcd_endpoints exclude each other" : null;
    }

    /** Reads a kind of rendezvous. */
    static final class WayConverter implements ITypeConverter<Way> {
        @Override
        public Way convert(String text) {
            return switch (text.toUpperCase(Locale.ROOT)) {
                case "ETCD" -> Way.ETCD;
                case "TCP", "ASIO" -> Way.TCP;
                default -> throw new TypeConversionException("expected TCP, ASIO or ETCD but was '" + text + "'");
            };
        }
    }

    /** Reads a port. */
    static final class Port implements ITypeConverter<Integer> {
        private static final int MOST = 65_535;

        @Override
        public Integer convert(String text) {
            try {
                int port = Integer.parseInt(text);
                if (port > 0 && port <= MOST) {
                    return port;
                }
            } catch (NumberFormatException _) {
                // said below
            }
            throw new TypeConversionException("expected a port from 1 to 65535 but was '" + text + "'");
        }
    }
}
