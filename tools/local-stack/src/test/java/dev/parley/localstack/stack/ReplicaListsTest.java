package dev.parley.localstack.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.process.OsProcess;
import dev.parley.localstack.process.ProcessName;
import dev.parley.localstack.process.ProcessSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReplicaListsTest {
    private static final OsProcess THIS =
            OsProcess.of(ProcessHandle.current().pid()).orElseThrow();

    @ParameterizedTest
    @CsvSource({
        "gateway-service, 1, 'prometheus, pulse, varnish'",
        "inference-service, 1, 'prometheus, pulse'",
        "persistence-worker, 2, 'prometheus, pulse'",
        "gateway-service, 0, ''",
        "cache-service, 0, ''"
    })
    void areOutdatedByAReplicaThatNeverRan(String service, int replica, String outdated) {
        List<StackFile.Entry> known = Stream.of(
                        "cache-service", "gateway-service", "kafka", "prometheus", "pulse", "varnish")
                .map(name -> entry(name, THIS.started()))
                .toList();
        assertThat(ReplicaLists.outdated(List.of(service(service, replica), server("kafka")), known))
                .extracting(StackFile.Entry::name)
                .isEqualTo(outdated.isEmpty() ? List.of() : List.of(outdated.split(", ", -1)));
    }

    @ParameterizedTest
    @CsvSource({"pulse", "prometheus", "varnish"})
    void areReadAtTheStartOfWhatDoesNotRun(String name) {
        assertThat(ReplicaLists.outdated(List.of(service("gateway-service", 1)), List.of(entry(name, "before"))))
                .isEmpty();
    }

    private static ProcessSpec service(String name, int replica) {
        return ProcessSpec.builder(new ProcessName(name, replica), List.of("true"), Path.of("log"))
                .managementPort(1)
                .build();
    }

    private static ProcessSpec server(String name) {
        return ProcessSpec.builder(new ProcessName(name, 0), List.of("true"), Path.of("log"))
                .build();
    }

    private static StackFile.Entry entry(String name, String started) {
        return new StackFile.Entry(
                name,
                0,
                THIS.pid(),
                started,
                1,
                OptionalInt.empty(),
                "log",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Map.of());
    }
}
