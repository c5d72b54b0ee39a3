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
            columns("", "topic partition offset timestamp"),
            column("key", line -> line.has("key_base64") ? line.path("key_base64") : line.path("key")),
            columns("", "type"));

    private static final List<CsvColumn> ATTRIBUTION =
            columns("/attributes", "generation conversation tenant user model");

    private static final List<CsvColumn> REQUEST = join(
            columns("", "deleted"),
            columns(
                    "/attributes",
                    "streaming fingerprint cache_policy=cachepolicy received_at=receivedat"
                            + " reply_partition=replypartition reply_offset=replyoffset"),
            columns("/data", "max_tokens"),
            column("question", line -> MessageText.question(line.path("data"))));

    private static final List<CsvColumn> TURN = join(
            columns("", "deleted"),
            columns("/attributes", "fingerprint cache_policy=cachepolicy cache=cacheverdict"),
            column("question", line -> MessageText.question(line.at("/data/request"))),
            column("answer", line -> MessageText.answer(line.at("/data/message"))),
            columns("/data/message", "stop_reason"),
            columns("/data/error", "error_status=status error_type=type error_message=message"),
            columns("/data/usage", "input_tokens output_tokens cache_creation_input_tokens cache_read_input_tokens"),
            columns("/data", "cost_usd"),
            column("attempts", line -> MessageText.size(line.at("/data/attempts"))),
            columns("/data/timings", "session_ms cache_ms queue_ms claude_first_token_ms claude_ms total_ms"),
            columns("/data", "received_at ended_at"));

    private static final List<CsvColumn> DELTA = join(
            columns("", "generation=key"),
            columns("/attributes", "attempt sequence cache status retry_after=retry-after"),
            column("text", line -> MessageText.delta(line.path("data"))));

    private static final List<CsvColumn> DEAD_LETTER =
            columns("/dead_letter", "dead_reason=reason dead_topic=topic dead_partition=partition dead_offset=offset");

    private static final List<CsvColumn> DELIVERY =
            columns("/data", "resumed status outcome first_byte_at last_byte_at ended_at");

    private static final List<CsvColumn> TRIAL = join(
            columns("/attributes", "generation conversation tenant model"),
            columns("", "deleted"),
            columns("/data", "experiment kind score"),
            columns("/data/judgement", "verdict placed_first placed_second"),
            answer("original"),
            answer("trial"),
            columns("/data/judgement", "judge_model=model judge_cost_usd=cost_usd"),
            column("answer", line -> MessageText.answer(line.at("/data/message"))),
            columns("/data", "stage reason"));

    /** The whole value, of topics whose columns do not show it. */
    private static final List<CsvColumn> WHOLE = columns("", "attributes data");

    private static final List<CsvColumn> CONTENT =
            join(columns("/attributes", "traceparent"), columns("", "error value_base64"));

    public static List<CsvColumn> of(String topic) {
        List<CsvColumn> columns = new ArrayList<>(POSITION);
        columns.addAll(
                switch (TopicKind.of(topic)) {
                    case REQUESTS -> join(ATTRIBUTION, REQUEST);
                    case TURNS -> join(ATTRIBUTION, TURN);
                    case DELIVERIES -> join(columns("/attributes", "generation tenant"), DELIVERY);
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

    /** Columns of the properties of an object at a JSON pointer, each with its name before {@code =} if it is another one. */
    private static List<CsvColumn> columns(String parent, String list) {
        return Stream.of(list.split(" ", -1))
                .map(column -> column.split("=", -1))
                .map(names -> at(names[0], parent + "/" + names[names.length - 1]))
                .toList();
    }

    static CsvColumn at(String name, String pointer) {
        return new CsvColumn(name, line -> line.at(pointer));
    }

    private static List<CsvColumn> answer(String name) {
        return Stream.of("model", "cost_usd", "first_token_ms", "total_ms")
                .map(property -> at(name + "_" + property, "/data/" + name + "/" + property))
                .toList();
    }

    private static List<CsvColumn> column(String name, Function<JsonNode, JsonNode> reader) {
        return List.of(new CsvColumn(name, reader));
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
