package dev.parley.benchmarks.contestant;

import dev.parley.localstack.process.Orphans;
import dev.parley.localstack.process.Part;
import dev.parley.localstack.process.PartName;
import dev.parley.localstack.process.PartPlan;
import dev.parley.localstack.process.Preparation;
import dev.parley.localstack.process.Readiness;
import dev.parley.localstack.process.Workspace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Starts programs that are not Parley's. */
final class Programs {
    private static final Duration READY_WITHIN = Duration.ofSeconds(30);
    private static final int CONNECT_MILLIS_MAX = 500;

    private Programs() {}

    /** Starts a program and waits until it listens. It ends with this process at the latest. */
    static Part start(Workspace workspace, String name, int port, List<String> command, Preparation preparation) {
        PartName part = new PartName(name, 0);
        Part program = new Part(new PartPlan(
                part,
                command,
                Map.of(),
                PartPlan.SECRETS,
                workspace.log(part),
                preparation,
                listening(port),
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
