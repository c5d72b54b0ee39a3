package dev.parley.system;

import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import dev.parley.localstack.process.Workspace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A shared cache in front of a gateway: {@code varnishd} with its built-in rules. */
final class Varnish implements AutoCloseable {
    private static final ProcessName NAME = new ProcessName("varnish", 0);
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);

    private final Workspace workspace = Workspace.fresh("varnish");
    private final URI address;
    private final ManagedProcess process;

    private Varnish(URI gateway) {
        int port = FreePorts.pick(1).getFirst();
        this.address = URI.create("http://127.0.0.1:" + port + "/");
        Path directory = workspace.data(NAME);
        List<String> command = List.of(
                program().toString(),
                "-F",
                // A jail changes the user, which then cannot read this directory.
                "-j",
                "none",
                "-n",
                directory.toString(),
                "-a",
                "127.0.0.1:" + port,
                "-b",
                gateway.getAuthority(),
                "-T",
                "none",
                "-s",
                "malloc,32m");
        this.process = new ManagedProcess(ProcessSpec.builder(NAME, command, workspace.log(NAME))
                        .preparation(() -> Files.createDirectories(directory))
                        .readiness(() -> listens(port), READY_WITHIN)
                        .build())
                .killAtExit();
        process.start();
    }

    static Varnish inFrontOf(URI gateway) {
        return new Varnish(gateway);
    }

    URI address() {
        return address;
    }

    private static Path program() {
        return Stream.concat(
                        Stream.of(System.getenv("PATH").split(":", -1)),
                        // Debian's path, which is not on every PATH.
                        Stream.of("/usr/sbin"))
                .map(directory -> Path.of(directory, "varnishd"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "there is no varnishd on the PATH; to install it: apt-get install varnish"));
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        process.stop();
        workspace.forgetData();
    }
}
