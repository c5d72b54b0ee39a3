package dev.parley.benchmarks.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.benchmarks.load.Endpoint;
import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestedSystemsTest {
    private final Path directory;
    private final TestedSystems systems;

    TestedSystemsTest(@TempDir Path directory) {
        this.directory = directory;
        this.systems = new TestedSystems(directory, directory, _ -> {});
    }

    @AfterEach
    void end() {
        systems.close();
    }

    @Test
    void allSystemsAreStartedAgainAfterAProcessOfOneHasEnded() {
        TestedSystem nginx = start(SystemName.NGINX);
        TestedSystem portkey = start(SystemName.PORTKEY);
        systems.markWarm(SystemName.NGINX);
        assertThat(systems.endIfBroken()).isEmpty();
        assertThat(start(SystemName.NGINX)).isSameAs(nginx);

        nginx.processes().getFirst().crash();
        assertThat(systems.endIfBroken())
                .singleElement()
                .asString()
                .startsWith("nginx-0 has ended.")
                .endsWith("ready");
        assertThat(portkey.processes().getFirst().alive()).isFalse();
        assertThat(start(SystemName.NGINX).processes().getFirst().alive()).isTrue();
        assertThat(systems.markWarm(SystemName.NGINX)).as("was cold").isTrue();
        assertThat(systems.endIfBroken()).isEmpty();
    }

    private TestedSystem start(SystemName name) {
        return systems.other(name, () -> {
            Path log = directory.resolve(name + ".log");
            List<String> command = List.of("/bin/sh", "-c", "echo ready; exec sleep 60");
            ManagedProcess process = new ManagedProcess(
                            ProcessSpec.builder(new ProcessName(name.label(), 0), command, log)
                                    .readiness(() -> isReady(log), Duration.ofSeconds(10))
                                    .build())
                    .killAtExit();
            process.start();
            Endpoint endpoint = new Endpoint(URI.create("http://127.0.0.1:1"), "/", Map.of());
            return new TestedSystem(name, endpoint, List.of(process));
        });
    }

    private static boolean isReady(Path log) {
        try {
            return Files.readString(log).contains("ready");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
