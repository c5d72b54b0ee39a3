package dev.parley.benchmarks.contestant;

import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.Preparation;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Readiness;
import dev.parley.localstack.process.Workspace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;

/** Starts programs that are not Parley's. */
final class Programs {
    private static final Duration READY_WITHIN = Duration.ofSeconds(30);
    private static final int CONNECT_MILLIS_MAX = 500;

    private Programs() {}

    /** Starts a program and waits until it listens. It ends with this process at the latest. */
    static ManagedProcess start(
            Workspace workspace, String name, int port, List<String> command, Preparation preparation) {
        ProcessName part = new ProcessName(name, 0);
        ManagedProcess program = new ManagedProcess(ProcessSpec.builder(part, command, workspace.log(part))
                        .preparation(preparation)
                        .readiness(listening(port), READY_WITHIN)
                        .build())
                .killAtExit();
        program.start();
        return program;
    }

    static void end(ManagedProcess program) {
        program.stop();
    }

    private static Readiness listening(int port) {
        return () -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS_MAX);
                return true;
            } catch (IOException e) {
                return false;
            }
        };
    }
}
