package dev.parley.benchmarks.contestant;

import dev.parley.benchmarks.load.Target;
import dev.parley.localstack.process.FreePorts;
import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.Workspace;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Portkey's gateway, as npm has it, in the versions of {@code tools/benchmarks/contestants/package.json}. */
final class PortkeyGateway {
    private static final String NAME = "portkey";
    private static final List<String> FILES = List.of("package.json", "package-lock.json", "loopback.cjs");
    private static final String START = "node_modules/@portkey-ai/gateway/build/start-server.js";
    private static final int INSTALL_SECONDS_MAX = 180;

    private PortkeyGateway() {}

    /**
     * Installs it if it is not there yet, and starts it.
     *
     * @param checkout where its versions are named
     * @param folder where it is installed, and stays
     */
    static Contestant start(Workspace workspace, Path checkout, Path folder, Target claude)
            throws InterruptedException {
        install(checkout.resolve("tools/benchmarks/contestants"), folder);
        int port = FreePorts.pick(1).getFirst();
        ManagedProcess part = Programs.start(
                workspace,
                NAME,
                port,
                List.of(
                        "node",
                        "--require",
                        folder.resolve("loopback.cjs").toString(),
                        folder.resolve(START).toString(),
                        "--port=" + port,
                        "--headless"),
                () -> {});
        Map<String, String> headers = new HashMap<>(claude.headers());
        headers.put("x-portkey-provider", "anthropic");
        headers.put("x-portkey-custom-host", claude.address() + "/v1");
        return new Contestant(
                Rival.PORTKEY,
                new Target(URI.create("http://127.0.0.1:" + port), claude.path(), headers),
                List.of(part));
    }

    private static void install(Path source, Path folder) throws InterruptedException {
        try {
            if (Files.exists(folder.resolve(START)) && upToDate(source, folder)) {
                return;
            }
            Files.createDirectories(folder);
            for (String file : FILES) {
                Files.copy(source.resolve(file), folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
            Path log = folder.resolve("npm.log");
            Process npm = new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!npm.waitFor(INSTALL_SECONDS_MAX, TimeUnit.SECONDS) || npm.exitValue() != 0) {
                npm.destroyForcibly();
                throw new IllegalStateException("Portkey's gateway cannot be installed: " + Files.readString(log));
            }
        } catch (IOException e) {
            throw new IllegalStateException("Portkey's gateway cannot be installed: " + e.getMessage(), e);
        }
    }

    private static boolean upToDate(Path source, Path folder) throws IOException {
        for (String file : FILES) {
            if (!Files.exists(folder.resolve(file))
                    || Files.mismatch(source.resolve(file), folder.resolve(file)) >= 0) {
                return false;
            }
        }
        return true;
    }
}
