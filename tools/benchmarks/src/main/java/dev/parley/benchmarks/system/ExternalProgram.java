package dev.parley.benchmarks.system;

import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;

/** Starts programs that are not part of Parley. */
final class ExternalProgram {
    private static final Duration READY_WITHIN = Duration.ofSeconds(30);
    private static final int CONNECT_MILLIS_MAX = 500;

    private ExternalProgram() {}

    /** Starts a program and waits until it listens. It ends with this process at the latest. */
    static ManagedProcess start(Workspace workspace, String name, int port, List<String> command) {
        ProcessName process = new ProcessName(name, 0);
        ManagedProcess program = new ManagedProcess(ProcessSpec.builder(process, command, workspace.log(process))
                        .readiness(() -> listens(port), READY_WITHIN)
                        .build())
                .killAtExit();
        program.start();
        return program;
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
