package dev.parley.benchmarks.system;

import dev.parley.localstack.process.Orphans;
import dev.parley.localstack.process.Part;
import dev.parley.localstack.process.PartName;
import dev.parley.localstack.process.PartPlan;
import dev.parley.localstack.process.Workspace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Starts and ends programs that are not part of Parley. */
final class ExternalProgram {
    private static final Duration READY_WITHIN = Duration.ofSeconds(30);
    private static final int CONNECT_MILLIS_MAX = 500;

    private ExternalProgram() {}

    /** Starts a program and waits until it listens. It ends with this process at the latest. */
    static Part start(Workspace workspace, String name, int port, List<String> command) {
        PartName part = new PartName(name, 0);
        Part program = new Part(new PartPlan(
                part,
                command,
                Map.of(),
                PartPlan.SECRETS,
                workspace.log(part),
                () -> {},
                () -> listens(port),
                READY_WITHIN,
                false));
        Orphans.killAtExit(program);
        program.start();
        return program;
    }

    static void end(Part program) {
        program.stop();
        Orphans.forget(program);
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
