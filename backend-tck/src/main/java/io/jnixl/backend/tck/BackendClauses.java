// SPDX-License-Identifier: Apache-2.0
package io.jnixl.backend.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jnixl.api.ErrorCode;
import io.jnixl.api.NixlException;
import io.jnixl.api.Operation;
import io.jnixl.spi.AllocatedMemory;
import io.jnixl.spi.Backend;
import io.jnixl.spi.BackendDetails;
import io.jnixl.spi.Capabilities;
import io.jnixl.spi.RegionHandle;
import io.jnixl.spi.TransferColumns;
import io.jnixl.spi.TransferRequest;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a backend says of itself. */
final class BackendClauses {
    static final String CAPABILITIES = "C-BACK-1 it can do what its author says, always the same";
    static final String MOVES = "C-BACK-2 it moves bytes both ways between host memory and a kind that it takes";
    static final String INFORMATION = "C-BACK-3 connection information is not empty and always the same";
    static final String OWN_INFORMATION = "C-BACK-4 each agent has connection information of its own";
    static final String NO_PEERS = "C-BACK-5 without remote transfers, what concerns peers is not supported";
    static final String ALLOCATES =
            "C-BACK-6 memory that it allocates is page-aligned, zeroed and registered, or there is none";
    static final String DETAILS = "C-BACK-7 what it tells of itself has names of lower-case words";
    static final String OPTIONS = "C-BACK-8 transfer options that it does not know are refused";
    private static final long PAGE = 4096;
    private static final long ALLOCATED = 3 * PAGE + 1;
    private static final String ABOUT_INFORMATION =
            "Backend.connectionInfo: what a peer needs to connect. The same bytes at every call, not empty";

    private BackendClauses() {}

    static void addTo(Clauses c) {
        Capabilities can = c.traits().capabilities();
        c.add(
                CAPABILITIES,
                "Backend.capabilities: what it can do; the same answer at every call",
                BackendClauses::capabilities);
        c.add(
                MOVES,
                "Backend.moves: whether it moves bytes this way between these kinds",
                _ -> assertThat(c.traits().routes())
                        .as("ways to move bytes both ways between DRAM and any of "
                                + c.under().provider().memoryKinds())
                        .isNotEmpty());
        c.addIf(can.remote(), INFORMATION, ABOUT_INFORMATION, stage -> {
            Backend backend = stage.agent("a").backend();
            byte[] info = backend.connectionInfo().clone();
            assertThat(info).isNotEmpty();
            assertThat(backend.connectionInfo()).isEqualTo(info);
        });
        c.addIf(can.remote(), OWN_INFORMATION, ABOUT_INFORMATION, stage -> {
            byte[] ofA = stage.agent("a").backend().connectionInfo();
            assertThat(ofA).isNotEqualTo(stage.agent("b").backend().connectionInfo());
        });
        c.addIf(!can.remote(), NO_PEERS, "Backend.connectionInfo, loadPeer: for remote-capable backends", stage -> {
            Backend backend = stage.agent("a").backend();
            assertUnsupported(backend::connectionInfo);
            assertUnsupported(() -> backend.loadPeer("b", new byte[] {1}));
        });
        c.add(ALLOCATES, "Backend.allocate: it is page-aligned, zeroed and registered", BackendClauses::allocates);
        c.add(DETAILS, "BackendDetails: counters by name: lower case, words joined by _", BackendClauses::details);
        c.everyWay(
                OPTIONS,
                "Backend.prepare: throws NixlException when this backend cannot do it; unknown options are errors",
                BackendClauses::unknownOptions);
    }

    private static void assertUnsupported(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        NixlException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_SUPPORTED));
    }

    private static void capabilities(Stage stage) {
        Backend backend = stage.agent("a").backend();
        Capabilities said = backend.capabilities();
        assertThat(backend.capabilities()).isEqualTo(said);
        requireAgreement("local", said.local(), stage.under().isLocal());
        requireAgreement("remote", said.remote(), stage.under().isRemote());
        assertThat(!said.remote() || said.notifications())
                .as("remote transfers require notifications")
                .isTrue();
    }

    private static void requireAgreement(String what, boolean said, boolean asked) {
        if (said != asked) {
            throw new AssertionError("capabilities()." + what + "() is " + said + ", and the test "
                    + (asked ? "says" : "does not say") + " BackendUnderTest." + what + "()");
        }
    }

    private static void details(Stage stage) {
        BackendDetails details = stage.agent("a").backend().details();
        assertThat(details.counters().keySet())
                .allSatisfy(name -> assertThat(name).matches("[a-z][a-z0-9_]*"));
        assertThat(details.traits().keySet())
                .allSatisfy(name -> assertThat(name).matches("[a-z][a-z0-9_]*"));
    }

    private static void allocates(Stage stage) {
        Backend backend = stage.agent("a").backend();
        try (Arena arena = Arena.ofShared()) {
            Optional<AllocatedMemory> allocated = backend.allocate(ALLOCATED, arena);
            allocated.ifPresent(a -> {
                assertThat(a.segment().byteSize()).isGreaterThanOrEqualTo(ALLOCATED);
                assertThat(a.segment().address() % PAGE)
                        .as("address within its page")
                        .isZero();
                for (long at = 0; at < ALLOCATED; at++) {
                    assertThat(a.segment().get(ValueLayout.JAVA_BYTE, at)).isZero();
                }
                a.memory().close();
                a.segment().fill((byte) 1); // still there
            });
        }
    }

    private static void unknownOptions(Rig rig) {
        Near near = rig.near(1);
        List<RegionHandle> far = List.of(rig.far(1).handle());
        TransferRequest request = new TransferRequest(
                Operation.WRITE,
                new TransferColumns(1),
                List.of(near.memory()),
                far,
                rig.peer(),
                new Message(),
                new Outcome(),
                Map.of("jnixl_tck_no_such_option", "1"));
        assertThatThrownBy(() -> rig.near().backend().prepare(request))
                .isInstanceOf(NixlException.class)
                .hasMessageContaining("jnixl_tck_no_such_option");
    }
}
