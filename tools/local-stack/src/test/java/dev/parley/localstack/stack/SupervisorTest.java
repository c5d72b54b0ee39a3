package dev.parley.localstack.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.OsProcess;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.servers.PortName;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SupervisorTest {
    /** A broker, because the topics are not created without one. */
    private static final ProcessName NAME = new ProcessName("kafka", 0);

    private static final long WITHIN_SECONDS = 10;

    @TempDir
    private Path directory;

    /** As on a full disk: no later command could stop it. */
    @Test
    void aProcessThatCannotBeListedIsEnded() {
        AtomicReference<OsProcess> launched = new AtomicReference<>();
        ProcessSpec spec = ProcessSpec.builder(NAME, List.of("sleep", "60"), directory.resolve("log"))
                .build();
        Supervisor supervisor = new Supervisor(List.of(spec), new StackSettings());
        var failures = supervisor.start(
                (_, process) -> {
                    launched.set(process);
                    throw new IllegalStateException("cannot write the list");
                },
                (_, _) -> {});
        assertThat(failures).containsEntry("kafka-0", "cannot write the list").containsOnlyKeys("kafka-0", "topics");
        assertThat(launched.get().alive()).isFalse();
    }

    /** Each is ready at its third probe. Without a broker that is ready there are no topics to create. */
    @Test
    void startsOneMoreAtATimeThanThereAreProcessors() {
        int atATime = Runtime.getRuntime().availableProcessors() + 1;
        AtomicInteger starting = new AtomicInteger();
        Queue<Integer> counts = new ConcurrentLinkedQueue<>();
        List<ProcessSpec> plan = new ArrayList<>();
        plan.add(ProcessSpec.builder(NAME, List.of("false"), directory.resolve("log"))
                .readiness(() -> false)
                .build());
        for (int number = 0; number < 3 * atATime; number++) {
            AtomicInteger probes = new AtomicInteger();
            plan.add(ProcessSpec.builder(
                            new ProcessName("server", number), List.of("sleep", "60"), directory.resolve("log"))
                    .readiness(() -> probes.incrementAndGet() == 3 && starting.decrementAndGet() >= 0)
                    .build());
        }
        Supervisor supervisor = new Supervisor(plan, new StackSettings());
        try {
            supervisor.start(
                    (spec, _) -> {
                        if (!spec.name().equals(NAME)) {
                            counts.add(starting.incrementAndGet());
                        }
                    },
                    (_, _) -> {});
            assertThat(counts).hasSize(3 * atATime).allMatch(count -> count <= atATime);
        } finally {
            supervisor.crash();
        }
    }

    /** As when another program passes the probe before the process finds its port in use. */
    @Test
    void whatEndsBeforeAllIsReadyIsAFailure() {
        ProcessName ending = new ProcessName("server", 0);
        AtomicReference<ManagedProcess> server = new AtomicReference<>();
        ProcessSpec broker = ProcessSpec.builder(NAME, List.of("false"), directory.resolve("log"))
                .readiness(() -> false)
                .build();
        ProcessSpec first = ProcessSpec.builder(ending, List.of("sleep", "60"), directory.resolve("log"))
                .build();
        ProcessSpec second = ProcessSpec.builder(
                        new ProcessName("service", 0), List.of("sleep", "60"), directory.resolve("log"))
                .needs(Set.of("server-0"))
                .readiness(() -> {
                    server.get().crash();
                    return true;
                })
                .build();
        Supervisor supervisor = new Supervisor(List.of(broker, first, second), new StackSettings());
        server.set(supervisor.process(ending).orElseThrow());
        try {
            assertThat(supervisor.start())
                    .containsOnlyKeys("kafka-0", "topics", "server-0")
                    .hasEntrySatisfying(
                            "server-0", failure -> assertThat(failure).startsWith("server-0 has ended."));
        } finally {
            supervisor.crash();
        }
    }

    /** As by Ctrl-C. */
    @Test
    void whatAStopEndsOrPreventsIsNoFailure() throws Exception {
        CountDownLatch launched = new CountDownLatch(1);
        ProcessSpec broker = ProcessSpec.builder(NAME, List.of("sleep", "60"), directory.resolve("log"))
                .readiness(() -> false)
                .build();
        ProcessSpec service = ProcessSpec.builder(
                        new ProcessName("service", 0), List.of("sleep", "60"), directory.resolve("log"))
                .needs(Set.of("kafka-0"))
                .build();
        Supervisor supervisor = new Supervisor(List.of(broker, service), new StackSettings());
        var start = CompletableFuture.supplyAsync(
                () -> supervisor.start((_, _) -> launched.countDown(), (_, _) -> {}), Thread::startVirtualThread);
        assertThat(launched.await(WITHIN_SECONDS, TimeUnit.SECONDS)).isTrue();
        supervisor.stop();
        assertThat(start.get(WITHIN_SECONDS, TimeUnit.SECONDS)).isEmpty();
        assertThat(supervisor.processes()).noneMatch(ManagedProcess::alive);
    }

    /** A broker that does not respond, and then is stopped. */
    @Test
    void aStopEndsTheWaitForTopics() throws Exception {
        StackSettings settings = new StackSettings();
        ProcessSpec broker = ProcessSpec.builder(NAME, List.of("sleep", "60"), directory.resolve("log"))
                .build();
        Supervisor supervisor = new Supervisor(List.of(broker), settings);
        try (ServerSocket silent =
                new ServerSocket(settings.ports().of(PortName.KAFKA), 1, InetAddress.getLoopbackAddress())) {
            var start = CompletableFuture.supplyAsync(supervisor::start, Thread::startVirtualThread);
            try (Socket _ = silent.accept()) {
                supervisor.stop();
                assertThat(start.get(WITHIN_SECONDS, TimeUnit.SECONDS)).isEmpty();
            }
        }
    }
}
