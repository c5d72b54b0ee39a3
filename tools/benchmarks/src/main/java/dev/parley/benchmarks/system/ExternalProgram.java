package dev.parley.benchmarks.system;

import dev.parley.benchmarks.load.Endpoint;
import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** Starts programs that are not part of Parley. */
final class ExternalProgram {
    private static final Duration READY_WITHIN = Duration.ofSeconds(30);
    private static final int CONNECT_MILLIS_MAX = 500;

    private ExternalProgram() {}

    /**
     * Starts a program and waits until it listens. It ends with this process at the latest.
     *
     * @param claude whose path and headers requests to it have as well
     */
    static TestedSystem start(Workspace workspace, SystemName system, int port, List<String> command, Endpoint claude) {
        ProcessName process = new ProcessName(system.label(), 0);
        ManagedProcess program = new ManagedProcess(ProcessSpec.builder(process, command, workspace.log(process))
                        .readiness(() -> listens(port), READY_WITHIN)
                        .build())
                .killAtExit();
        program.start();
        Endpoint endpoint = new Endpoint(URI.create("http://127.0.0.1:" + port), claude.path(), claude.headers());
        return new TestedSystem(system, endpoint, List.of(program));
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS_MAX);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
