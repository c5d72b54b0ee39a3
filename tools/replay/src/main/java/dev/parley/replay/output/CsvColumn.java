package dev.parley.replay.output;

import dev.parley.replay.selection.TopicKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * A column of a CSV file. {@code docs/events.md} lists the columns of each topic.
 *
 * @param reader finds the cell's value in a decoded record; a missing node is an empty cell
 */
public record CsvColumn(String name, Function<JsonNode, JsonNode> reader) {
    private static final List<CsvColumn> POSITION = join(
            properties("", "topic", "partition", "offset", "timestamp"),
            List.of(new CsvColumn("key", line -> line.has("key_base64") ? line.path("key_base64") : line.path("key"))),
            properties("", "type"));

    private static final List<CsvColumn> ATTRIBUTION =
            properties("/attributes", "generation", "conversation", "tenant", "user", "model");

    private static final List<CsvColumn> REQUEST = join(
            properties("", "deleted"),
            properties("/attributes", "streaming", "fingerprint"),
            List.of(
                    at("cache_policy", "/attributes/cachepolicy"),
                    at("received_at", "/attributes/receivedat"),
                    at("reply_partition", "/attributes/replypartition"),
                    at("reply_offset", "/attributes/replyoffset"),
                    at("max_tokens", "/data/max_tokens"),
                    new CsvColumn("question", line -> MessageText.question(line.path("data")))));

    private static final List<CsvColumn> TURN = join(
            properties("", "deleted"),
            properties("/attributes", "fingerprint"),
            List.of(
                    at("cache_policy", "/attributes/cachepolicy"),
                    at("cache", "/attributes/cacheverdict"),
                    new CsvColumn("question", line -> MessageText.question(line.at("/data/request"))),
                    new CsvColumn("answer", line -> MessageText.answer(line.at("/data/message"))),
                    at("stop_reason", "/data/message/stop_reason"),
                    at("error_status", "/data/error/status"),
                    at("error_type", "/data/error/type"),
                    at("error_message", "/data/error/message")),
            properties(
                    "/data/usage",
                    "input_tokens",
                    "output_tokens",
                    "cache_creation_input_tokens",
                    "cache_read_input_tokens"),
            properties("/data", "cost_usd"),
            List.of(new CsvColumn("attempts", line -> MessageText.size(line.at("/data/attempts")))),
            properties(
                    "/data/timings",
                    "session_ms",
                    "cache_ms",
                    "queue_ms",
                    "claude_first_token_ms",
                    "claude_ms",
                    "total_ms"),
            properties("/data", "received_at", "ended_at"));

    private static final List<CsvColumn> DELTA = join(
            List.of(at("generation", "/key")),
            properties("/attributes", "attempt", "sequence", "cache", "status"),
            List.of(
                    at("retry_after", "/attributes/retry-after"),
                    new CsvColumn("text", line -> MessageText.delta(line.path("data")))));

    private static final List<CsvColumn> DEAD_LETTER = Stream.of("reason", "topic", "partition", "offset")
            .map(property -> at("dead_" + property, "/dead_letter/" + property))
            .toList();

    private static final List<CsvColumn> DELIVERY =
            properties("/data", "resumed", "status", "outcome", "first_byte_at", "last_byte_at", "ended_at");

    private static final List<CsvColumn> TRIAL = join(
            properties("/attributes", "generation", "conversation", "tenant", "model"),
            properties("", "deleted"),
            properties("/data", "experiment", "kind", "score"),
            properties("/data/judgement", "verdict", "placed_first", "placed_second"),
            answer("original"),
            answer("trial"),
            List.of(
                    at("judge_model", "/data/judgement/model"),
                    at("judge_cost_usd", "/data/judgement/cost_usd"),
                    new CsvColumn("answer", line -> MessageText.answer(line.at("/data/message")))),
            properties("/data", "stage", "reason"));

    /** The whole value, of topics whose columns do not show it. */
    private static final List<CsvColumn> WHOLE = properties("", "attributes", "data");

    private static final List<CsvColumn> CONTENT =
            join(properties("/attributes", "traceparent"), properties("", "error", "value_base64"));

    public static List<CsvColumn> of(String topic) {
        List<CsvColumn> columns = new ArrayList<>(POSITION);
        columns.addAll(
                switch (TopicKind.of(topic)) {
                    case REQUESTS -> join(ATTRIBUTION, REQUEST);
                    case TURNS -> join(ATTRIBUTION, TURN);
                    case DELIVERIES -> join(properties("/attributes", "generation", "tenant"), DELIVERY);
                    case TRIALS -> TRIAL;
                    case COMMANDS, DELETIONS, KEYS, PUBLISHED, OTHER -> join(ATTRIBUTION, WHOLE);
                    case DELTAS -> DELTA;
                });
        if (TopicKind.isDead(topic)) {
            columns.addAll(DEAD_LETTER);
        }
        columns.addAll(CONTENT);
        return columns;
    }

    /** The column for a JSON pointer. */
    static CsvColumn at(String name, String pointer) {
        return new CsvColumn(name, line -> line.at(pointer));
    }

    /** The columns of an answer of a trial. */
    private static List<CsvColumn> answer(String name) {
        return Stream.of("model", "cost_usd", "first_token_ms", "total_ms")
                .map(property -> at(name + "_" + property, "/data/" + name + "/" + property))
                .toList();
    }

    /** Columns with the names of the properties that they show. */
    private static List<CsvColumn> properties(String parent, String... names) {
        return Stream.of(names).map(name -> at(name, parent + "/" + name)).toList();
    }

    @SafeVarargs
    private static List<CsvColumn> join(List<CsvColumn>... groups) {
        List<CsvColumn> columns = new ArrayList<>();
        for (List<CsvColumn> group : groups) {
            columns.addAll(group);
        }
        return List.copyOf(columns);
    }

    /** The cell: text as it is, bytes in base64, objects and arrays as JSON; empty if there is no value. */
    Optional<String> value(JsonNode line) {
        JsonNode found = reader.apply(line);
        if (found.isMissingNode() || found.isNull()) {
            return Optional.empty();
        }
        return Optional.of(found.isString() || found.isBinary() ? found.asString() : found.toString());
    }
}
