// SPDX-License-Identifier: Apache-2.0
package io.jnixl.cli.bench;

import io.jnixl.api.Agent;
import io.jnixl.api.BackendInfo;
import io.jnixl.api.Config;
import io.jnixl.api.ErrorCode;
import io.jnixl.api.MemoryKind;
import io.jnixl.api.NixlException;
import io.jnixl.api.Peer;
import io.jnixl.api.RemoteRegion;
import io.jnixl.api.Setting;
import io.jnixl.cli.run.Console;
import io.jnixl.cli.run.Endpoint;
import io.jnixl.cli.run.Exit;
import io.jnixl.cli.run.RunFailure;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A run, from the agent to the reports. */
final class Bench {
    /** Reaches the agents of its own process, and no other. */
    private static final String IN_PROCESS = "MEMORY";

    private static final int ID_BYTES = 8;

    private final BenchOptions options;
    private final Plan plan;
    private final Map<String, String> given;
    private final Console console;
    private final PrintWriter err;
    private final String id;

    Bench(BenchOptions options, Plan plan, Map<String, String> given, Console console, PrintWriter err) {
        this.options = options;
        this.plan = plan;
        this.given = new LinkedHashMap<>(given);
        this.console = console;
        this.err = err;
        byte[] random = new byte[ID_BYTES];
        new SecureRandom().nextBytes(random);
        id = HexFormat.of().formatHex(random);
    }

    /** Runs it; answers the exit status. */
    int run() {
        if (options.meeting.isEtcd()) {
            return byEtcd();
        }
        try (Endpoint endpoint = open("bench-" + id, options.agent.config(), gpu(options.meeting.role))) {
            if (options.storage.named() || !reachesOthers(endpoint.agent())) {
                return storage(endpoint);
            }
            if (options.agent.backend.equals(IN_PROCESS)) {
                return inProcess(endpoint);
            }
            return options.meeting.isLocal() ? local(endpoint) : remote(endpoint);
        }
    }

    private Endpoint open(String name, Config config, @Nullable Integer gpu) {
        return Endpoint.open(name, config, plan.local().bytes(), options.agent.allocator, gpu);
    }

    /** That of this process's buffer, or null for host memory. */
    private @Nullable Integer gpu(Role role) {
        return options.gpu.of(role, options.storage);
    }

    private static boolean reachesOthers(Agent agent) {
        try {
            return agent.metadata().length > 0;
        } catch (NixlException e) {
            if (e.code() != ErrorCode.INVALID_PARAM) {
                throw e;
            }
            return false;
        }
    }

    // ---- one process

    private int storage(Endpoint endpoint) {
        requireOneProcess("storage is on the far side");
        boolean objects = areObjects(endpoint.agent());
        if (options.storage.target == StorageOptions.Kind.VRAM) {
            throw RunFailure.error("--target_seg_type VRAM: " + options.agent.backend + " has "
                    + (objects ? "objects" : "files")
                    + " on the far side; a GPU's memory is the near one, --initiator_seg_type VRAM");
        }
        if (options.sweep.notifying) {
            throw RunFailure.error("--notify: " + (objects ? "objects" : "files") + " hear no notifications");
        }
        return objects ? objects(endpoint) : files(endpoint);
    }

    /** Whether objects are on the far side, rather than files. */
    private boolean areObjects(Agent agent) {
        boolean files = takes(agent, MemoryKind.FILE) && options.storage.target != StorageOptions.Kind.OBJ;
        boolean objects = takes(agent, MemoryKind.OBJ) && !options.storage.filesOnly();
        if (!files && !objects) {
            boolean asked = options.storage.target == StorageOptions.Kind.OBJ;
            throw RunFailure.error(options.agent.backend + " takes no " + (asked ? "objects" : "files"));
        }
        return !files;
    }

    private static boolean takes(Agent agent, MemoryKind kind) {
        return agent.backends().stream()
                .filter(info -> info.state() == BackendInfo.State.ACTIVE)
                .anyMatch(info -> info.kinds().contains(kind));
    }

    private int files(Endpoint endpoint) {
        StorageOptions storage = options.storage;
        Area area = segments(storage.count());
        try (StorageFiles files = StorageFiles.open(endpoint.agent(), area, storage.paths(id), storage.direct)) {
            if (options.sweep.startBlockSize % files.alignment() != 0) {
                throw RunFailure.error("--storage_enable_direct needs blocks that are multiples of " + files.alignment()
                        + " bytes, and --start_block_size is " + options.sweep.startBlockSize);
            }
            return sweep(endpoint, files);
        }
    }

    private int objects(Endpoint endpoint) {
        StorageOptions storage = options.storage;
        Area area = segments(storage.count());
        try (StorageObjects objects =
                StorageObjects.open(endpoint.agent(), area, storage.keys(), options.agent.timeout())) {
            return sweep(endpoint, objects);
        }
    }

    /** As much as the local memory, in so many parts, and at least what the largest case needs. */
    private Area segments(int count) {
        Area needed = Area.holding(plan.largest(), count);
        long part = Math.ceilDiv(Math.ceilDiv(plan.local().bytes(), count), Area.PAGE) * Area.PAGE;
        return new Area(count, Math.max(needed.segmentBytes(), part));
    }

    private int inProcess(Endpoint endpoint) {
        requireOneProcess(IN_PROCESS + " reaches the agents of its own process only");
        try (Endpoint target = open("bench-target-" + id, options.agent.config(), gpu(Role.TARGET));
                LocalMemory far = new LocalMemory(target, endpoint.agent(), plan.local(), options.agent.timeout())) {
            return sweep(endpoint, far);
        }
    }

    private void requireOneProcess(String reason) {
        if (!options.meeting.isLocal()) {
            throw RunFailure.error(options.agent.backend + ": " + reason + "; leave out how two processes meet");
        }
    }

    // ---- two processes

    private int local(Endpoint endpoint) {
        List<String> arguments = new ArrayList<>(options.agent.arguments());
        arguments.addAll(options.sweep.arguments());
        arguments.addAll(options.gpu.arguments(options.storage));
        arguments.add("--total_buffer_size=" + plan.local().bytes());
        try (LocalPartner partner = LocalPartner.start(arguments, id, console);
                Meeting meeting = partner.meet(self(endpoint, Role.INITIATOR, id), options.agent.timeout())) {
            return play(endpoint, meeting);
        }
    }

    private int remote(Endpoint endpoint) {
        MeetingOptions how = options.meeting;
        String token = System.getenv().getOrDefault(LocalPartner.TOKEN_VARIABLE, Hello.NO_TOKEN);
        TcpRendezvous rendezvous = new TcpRendezvous(
                how.address(), how.port(), self(endpoint, how.role, token), console, options.agent.timeout());
        try (Meeting meeting = token.equals(Hello.NO_TOKEN) ? rendezvous.meet() : rendezvous.connect()) {
            return play(endpoint, meeting);
        }
    }

    private int byEtcd() {
        EtcdRendezvous rendezvous = new EtcdRendezvous(options.meeting, options.agent.timeout());
        Role role = options.meeting.role;
        try (Endpoint endpoint = openByEtcd(rendezvous, role);
                Meeting meeting = rendezvous.meet(endpoint.agent(), hello(endpoint, role, Hello.NO_TOKEN))) {
            return play(endpoint, meeting);
        }
    }

    private Endpoint openByEtcd(EtcdRendezvous rendezvous, Role role) {
        try {
            return open(rendezvous.name(role), rendezvous.config(options.agent.config()), gpu(role));
        } catch (NixlException e) {
            throw EtcdRendezvous.explain(e);
        }
    }

    private Hello hello(Endpoint endpoint, Role role, String token) {
        String sweep = String.join(" ", options.sweep.arguments());
        return new Hello(role, options.meeting.group, token, sweep, endpoint.description());
    }

    private Meeting.Self self(Endpoint endpoint, Role role, String token) {
        return new Meeting.Self() {
            @Override
            public Hello hello() {
                return Bench.this.hello(endpoint, role, token);
            }

            @Override
            public byte[] metadata() {
                return endpoint.metadata();
            }

            @Override
            public Peer load(byte[] metadata) {
                return endpoint.agent().loadPeer(metadata);
            }
        };
    }

    private int play(Endpoint endpoint, Meeting meeting) {
        Peer peer = meeting.peer();
        if (meeting.role() == Role.TARGET) {
            Arrivals arrivals = new Arrivals(peer.name(), _ -> {});
            return new TargetLoop(endpoint, meeting.channel(), arrivals, console, options.agent.timeout()).run();
        }
        if (meeting.partner().length() < plan.local().bytes()) {
            throw RunFailure.error(
                    "the target's buffer has " + meeting.partner().length() + " bytes, and this one "
                            + plan.local().bytes() + ": give both processes the same sizes");
        }
        if (!meeting.sweep().equals(String.join(" ", options.sweep.arguments()))) {
            console.say("the target was started with other options; those of this process count");
        }
        return sweep(
                endpoint,
                new RemoteMemory(peer, buffer(meeting), plan.local(), meeting.channel(), options.agent.timeout()));
    }

    /** The target's buffer; of which kind it is, its metadata says. */
    private static RemoteRegion buffer(Meeting meeting) {
        long address = meeting.partner().address();
        return meeting.peer().regions().stream()
                .filter(region -> region.address() == address
                        && region.length() == meeting.partner().length())
                .findFirst()
                .orElseThrow(() -> RunFailure.error("the target has not published the buffer that it names"));
    }

    // ---- the initiator

    private int sweep(Endpoint endpoint, Far far) {
        String started = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        describeOptions(endpoint.agent());
        Map<String, String> machine = Machine.describe(endpoint.agent(), options.agent.backend);
        given.forEach((name, value) -> console.result(String.format("%-26s%s", name, value)));
        console.result(String.format("%-26s%s", "far side", far.description()));
        machine.forEach((name, value) -> console.result(String.format("%-26s%s", name, value)));
        console.result("");
        console.result(Table.head());
        List<Figures> cases = new ArrayList<>();
        Progress progress =
                new Progress(err, Machine.hasTerminal(), plan.shapes().size(), options.agent.timeout());
        try {
            new Sweep(plan, endpoint, far, progress).run(figures -> {
                cases.add(figures);
                console.result(Table.row(figures));
                if (figures.wrong()) {
                    console.complain(figures.block() + " x " + figures.batch() + ": " + figures.verdict());
                }
            });
        } finally {
            progress.end();
            if (!cases.isEmpty()) { // what was measured before a failure is of use, too
                options.output.write(new RunReport(
                        options.output.label,
                        started,
                        options.sweep.operation.name(),
                        options.agent.backend,
                        far.description(),
                        machine,
                        given,
                        cases));
            }
        }
        return cases.stream().anyMatch(Figures::wrong) ? Exit.WRONG : Exit.OK;
    }

    /** The backend's options as the agent shows them: secrets are masked. */
    private void describeOptions(Agent agent) {
        String prefix = "backends." + options.agent.backend + ".";
        List<String> shown = new ArrayList<>();
        for (Setting setting : agent.settings()) {
            if (setting.key().startsWith(prefix)
                    && options.agent.options.containsKey(setting.key().substring(prefix.length()))) {
                shown.add(setting.key().substring(prefix.length()) + "=" + setting.value());
            }
        }
        given.put("option", String.join(" ", shown));
    }
}
