package dev.parley.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalKafka;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A broker of the test class, with the topics of Parley, and the command in this JVM. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class OnLocalKafka {
    private final LocalKafka broker = LocalKafka.start().withTopics();
    private int files;

    final String kafka = broker.bootstrapServers();
    final StringWriter errors = new StringWriter();

    @TempDir
    Path folder = Path.of("");

    @AfterAll
    void stopBroker() {
        broker.close();
    }

    Map<String, String> environment() {
        return Map.of("PARLEY_KAFKA_BOOTSTRAP_SERVERS", kafka);
    }

    final CommandLine command() {
        return ReplayCommand.commandLine(environment()).setErr(new PrintWriter(errors, true));
    }

    final int run(String... arguments) {
        return command().execute(arguments);
    }

    /** Runs the command without an error. Returns the file that it writes. */
    final Path write(String... arguments) {
        Path file = folder.resolve("replay-" + files++ + ".jsonl");
        String[] all = Stream.concat(Stream.of(arguments), Stream.of("-o", file.toString()))
                .toArray(String[]::new);
        assertThat(run(all)).as(errors.toString()).isZero();
        return file;
    }

    final List<JsonNode> lines(String... arguments) throws IOException {
        return Files.readAllLines(write(arguments)).stream()
                .map(JsonMapper.shared()::readTree)
                .toList();
    }
}
