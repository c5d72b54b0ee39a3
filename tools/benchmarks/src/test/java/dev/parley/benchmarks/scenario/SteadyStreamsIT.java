package dev.parley.benchmarks.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.benchmarks.load.AnswerTiming;
import dev.parley.benchmarks.load.Arrivals;
import dev.parley.benchmarks.load.Endpoint;
import dev.parley.benchmarks.load.Load;
import dev.parley.benchmarks.load.LoadGenerator;
import dev.parley.benchmarks.load.Questions;
import dev.parley.benchmarks.run.BenchmarkRun;
import dev.parley.benchmarks.run.RunMode;
import dev.parley.benchmarks.system.SystemName;
import dev.parley.benchmarks.system.TestedSystem;
import dev.parley.benchmarks.system.TestedSystems;
import dev.parley.simulator.Simulator;
import dev.parley.simulator.SimulatorSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Against the simulated Claude. */
class SteadyStreamsIT {
    private static final int STREAMS = 5;

    @Test
    void allAreOpenFromTheBeginningOfTheWindowToItsEnd(@TempDir Path directory) {
        List<Integer> open = new ArrayList<>();
        try (Simulator claude = Simulator.start(SimulatorSettings.from(Map.of("PARLEY_SIMULATOR_PORT", "0")));
                TestedSystems systems = new TestedSystems(directory, directory, _ -> {});
                LoadGenerator generator = new LoadGenerator()) {
            BenchmarkRun run =
                    new BenchmarkRun(systems, generator, new Questions(1), RunMode.QUICK, new Random(1), _ -> {});
            Map<String, String> headers = Map.of("x-api-key", "simulated", "anthropic-version", "2023-06-01");
            Endpoint endpoint = new Endpoint(claude.uri(), "/v1/messages", headers);
            // The first request of a JVM may take longer than the streams have until the window.
            generator.run(
                    new Load(endpoint, Arrivals.even(1, 1), run.questions().next(1, 1, AnswerTiming.AT_ONCE)));
            TestedSystem direct = new TestedSystem(SystemName.DIRECT, endpoint, List.of());

            SteadyStreams.Watched<Integer> watched = SteadyStreams.to(direct, run, STREAMS, 1)
                    .run(generator, () -> {
                        open.add(openStreams(claude));
                        return () -> openStreams(claude);
                    });

            assertThat(open).containsExactly(STREAMS);
            assertThat(watched.seen()).isEqualTo(STREAMS);
            assertThat(watched.result().firstError()).isEmpty();
            assertThat(watched.result().answered()).isEqualTo(STREAMS);
            assertThat(watched.result().pieces()).isPositive();
        }
    }

    private static int openStreams(Simulator claude) {
        return JsonMapper.shared()
                .readTree(read(claude.uri().resolve("/simulator/counters")))
                .path("streams_open")
                .asInt();
    }

    private static byte[] read(URI address) {
        try (var body = address.toURL().openStream()) {
            return body.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
