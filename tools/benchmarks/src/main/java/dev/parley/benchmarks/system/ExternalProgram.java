package dev.parley.benchmarks.system;

import dev.parley.benchmarks.load.Endpoint;
import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import dev.parley.localstack.servers.ReadinessProbes;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** Starts programs that are not part of Parley. */
final class ExternalProgram {
    private static final Duration READY_WITHIN = Duration.ofSeconds(30);

    private ExternalProgram() {}

    /**
     * Starts a program and waits until it listens. It ends with this process at the latest.
     *
     * @param claude whose path and headers requests to it have as well
     */
    static TestedSystem start(Workspace workspace, SystemName system, int port, List<String> command, Endpoint claude) {
        ProcessName process = new ProcessName(system.label(), 0);
        ManagedProcess program = new ManagedProcess(ProcessSpec.builder(process, command, workspace.log(process))
                        .readiness(() -> ReadinessProbes.listens(port), READY_WITHIN)
                        .build())
                .killAtExit();
        program.start();
        Endpoint endpoint = new Endpoint(URI.create("http://127.0.0.1:" + port), claude.path(), claude.headers());
        return new TestedSystem(system, endpoint, List.of(program));
    }
}
