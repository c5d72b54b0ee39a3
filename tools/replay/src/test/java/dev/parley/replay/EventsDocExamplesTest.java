package dev.parley.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.replay.output.CsvColumn;
import dev.parley.replay.record.RecordDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Compares the examples and columns in {@code docs/events.md} with the output of the command. */
class EventsDocExamplesTest {
    private static final Pattern EXAMPLE = Pattern.compile("```json\n(.+?)```", Pattern.DOTALL);
    private static final Pattern NAME = Pattern.compile("`([a-z0-9_]+)`");

    /** The properties whose values are invented in the document. */
    private static final List<String> POSITION = List.of("partition", "offset", "timestamp");

    private final String document;

    EventsDocExamplesTest() throws IOException {
        document = Files.readString(Path.of("../../docs/events.md"), UTF_8);
    }

    @Test
    void everyExampleEqualsTheOutputForTheGoldenFile() {
        List<JsonNode> examples = EXAMPLE.matcher(document)
                .results()
                .map(match -> withoutPosition(RecordDecoder.MAPPER.readTree(match.group(1))))
                .toList();

        assertThat(examples)
                .containsExactlyInAnyOrderElementsOf(Records.goldenNames().stream()
                        .map(name -> withoutPosition(written(Records.golden(name))))
                        .toList());
    }

    private static JsonNode written(ConsumerRecord<byte[], byte[]> golden) {
        return RecordDecoder.MAPPER.readTree(
                RecordDecoder.MAPPER.writeValueAsBytes(new RecordDecoder(false).decode(golden)));
    }

    @ParameterizedTest
    @CsvSource({"chat.requests", "chat.deltas", "chat.turns", "chat.trials", "chat.commands"})
    void everyColumnIsListed(String topic) {
        String row = document.lines()
                .skip(document.lines().takeWhile(line -> !line.equals("## CSV")).count())
                .filter(line -> line.startsWith("| `" + topic + "`"))
                .findFirst()
                .orElse("");

        assertThat(NAME.matcher(row).results().map((MatchResult name) -> name.group(1)))
                .containsExactlyElementsOf(CsvColumn.of(topic).stream()
                        .map(column -> column.name())
                        .toList());
    }

    @Test
    void theColumnsOfDeadLettersAreListed() {
        List<String> more = CsvColumn.of("chat.turns.dead").stream()
                .map(column -> column.name())
                .filter(name -> name.startsWith("dead_"))
                .toList();

        assertThat(document)
                .contains("Files of dead letters also have `" + String.join("`, `", more) + "`, before `traceparent`.");
    }

    private static JsonNode withoutPosition(JsonNode line) {
        return ((ObjectNode) line).without(POSITION);
    }
}
