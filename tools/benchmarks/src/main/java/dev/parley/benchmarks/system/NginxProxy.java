package dev.parley.benchmarks.system;

import dev.parley.benchmarks.load.Endpoint;
import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.process.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** nginx as a proxy without buffering, over kept-alive connections: the least that a proxy can do. */
final class NginxProxy {
    private NginxProxy() {}

    /** @param source the folder with its {@code nginx.conf} */
    static TestedSystem start(Workspace workspace, Path source, Endpoint claude) {
        int port = FreePorts.pick(1).getFirst();
        Path folder = workspace.data().resolve("nginx");
        Path settings = folder.resolve("nginx.conf");
        try {
            Files.createDirectories(folder);
            Files.writeString(
                    settings,
                    Files.readString(source.resolve("nginx.conf"))
                            .replace("{port}", Integer.toString(port))
                            .replace("{claude}", claude.address().getAuthority()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + settings, e);
        }
        List<String> command = List.of("nginx", "-p", folder.toString(), "-e", "stderr", "-c", settings.toString());
        return ExternalProgram.start(workspace, SystemName.NGINX, port, command, claude);
    }
}
