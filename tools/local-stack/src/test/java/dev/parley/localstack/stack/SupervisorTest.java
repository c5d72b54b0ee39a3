package dev.parley.localstack.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.process.OsProcess;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SupervisorTest {
    /** A broker, because the topics are not created without one. */
    private static final ProcessName NAME = new ProcessName("kafka", 0);

    @TempDir
    private Path directory;

    /** As on a full disk: no later command could stop it. */
    @Test
    void aProcessThatCannotBeListedIsEnded() {
        AtomicReference<OsProcess> launched = new AtomicReference<>();
        ProcessSpec spec = ProcessSpec.builder(NAME, List.of("sleep", "60"), directory.resolve("log"))
                .build();
        Supervisor supervisor = new Supervisor(List.of(spec), new StackSettings());
        var failures = supervisor.start(
                (_, process) -> {
                    launched.set(process);
                    throw new IllegalStateException("cannot write the list");
                },
                (_, _) -> {});
        assertThat(failures).containsEntry("kafka-0", "cannot write the list").containsOnlyKeys("kafka-0", "topics");
        assertThat(launched.get().alive()).isFalse();
    }
}
