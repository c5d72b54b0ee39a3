package dev.parley.benchmarks.system;

import dev.parley.benchmarks.load.Endpoint;
import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.process.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Portkey's gateway from npm, in the version of {@code tools/benchmarks/systems/package.json}. */
final class PortkeyGateway {
    private static final List<String> FILES = List.of("package.json", "package-lock.json", "loopback.cjs");
    private static final String PROGRAM = "node_modules/@portkey-ai/gateway/build/start-server.js";
    private static final int INSTALL_SECONDS_MAX = 180;

    private PortkeyGateway() {}

    /**
     * Installs it if this version is missing, and starts it.
     *
     * @param source the folder with its {@code package.json}
     * @param folder where it is installed, and stays
     */
    static TestedSystem start(Workspace workspace, Path source, Path folder, Endpoint claude) {
        install(source, folder);
        int port = FreePorts.pick(1).getFirst();
        List<String> command = List.of(
                "node",
                "--require",
                folder.resolve("loopback.cjs").toString(),
                folder.resolve(PROGRAM).toString(),
                "--port=" + port,
                "--headless");
        Map<String, String> headers = new HashMap<>(claude.headers());
        headers.put("x-portkey-provider", "anthropic");
        headers.put("x-portkey-custom-host", claude.address() + "/v1");
        Endpoint requests = new Endpoint(claude.address(), claude.path(), headers);
        return ExternalProgram.start(workspace, SystemName.PORTKEY, port, command, requests);
    }

    private static void install(Path source, Path folder) {
        try {
            boolean changed = !Files.exists(folder.resolve(PROGRAM));
            Files.createDirectories(folder);
            for (String file : FILES) {
                Path installed = folder.resolve(file);
                if (!Files.exists(installed) || Files.mismatch(source.resolve(file), installed) >= 0) {
                    Files.copy(source.resolve(file), installed, StandardCopyOption.REPLACE_EXISTING);
                    changed = true;
                }
            }
            if (changed) {
                installPackages(folder);
            }
        } catch (IOException e) {
            throw new IllegalStateException("Portkey's gateway cannot be installed: " + e.getMessage(), e);
        }
    }

    private static void installPackages(Path folder) throws IOException {
        Path log = folder.resolve("npm.log");
        Process npm = new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        var _ = npm.onExit()
                .completeOnTimeout(npm, INSTALL_SECONDS_MAX, TimeUnit.SECONDS)
                .join();
        if (npm.isAlive() || npm.exitValue() != 0) {
            npm.destroyForcibly();
            Files.delete(folder.resolve("package.json"));
            throw new IllegalStateException("Portkey's gateway cannot be installed: " + Files.readString(log));
        }
    }
}
