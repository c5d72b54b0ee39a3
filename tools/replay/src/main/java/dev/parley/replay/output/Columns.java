package dev.parley.replay.output;

import dev.parley.replay.selection.TopicKind;
import java.util.ArrayList;
import java.util.List;

/** The columns of each topic's CSV file; {@code docs/events.md} shows them to people. */
public final class Columns {
    private static final List<Column> PLACE = List.of(
            Column.of("topic", "/topic"),
            Column.of("partition", "/partition"),
            Column.of("offset", "/offset"),
            Column.of("timestamp", "/timestamp"),
            Column.of("key", "/key", "/key_base64"),
            Column.of("type", "/type"));

    private static final List<Column> WHO = List.of(
            Column.of("generation", "/attributes/generation"),
            Column.of("conversation", "/attributes/conversation"),
            Column.of("tenant", "/attributes/tenant"),
            Column.of("user", "/attributes/user"),
            Column.of("model", "/attributes/model"));

    private static final List<Column> REQUEST = List.of(
            Column.of("deleted", "/deleted"),
            Column.of("streaming", "/attributes/streaming"),
            Column.of("fingerprint", "/attributes/fingerprint"),
            Column.of("cache_policy", "/attributes/cachepolicy"),
            Column.of("received_at", "/attributes/receivedat"),
            Column.of("reply_partition", "/attributes/replypartition"),
            Column.of("reply_offset", "/attributes/replyoffset"),
            Column.of("max_tokens", "/data/max_tokens"),
            new Column("question", line -> Texts.question(line.path("data"))));

    private static final List<Column> TURN = List.of(
            Column.of("deleted", "/deleted"),
            Column.of("fingerprint", "/attributes/fingerprint"),
            Column.of("cache_policy", "/attributes/cachepolicy"),
            Column.of("cache", "/attributes/cacheverdict"),
            new Column("question", line -> Texts.question(line.at("/data/request"))),
            new Column("answer", line -> Texts.answer(line.at("/data/message"))),
            Column.of("stop_reason", "/data/message/stop_reason"),
            Column.of("error_status", "/data/error/status"),
            Column.of("error_type", "/data/error/type"),
            Column.of("error_message", "/data/error/message"),
            Column.of("input_tokens", "/data/usage/input_tokens"),
            Column.of("output_tokens", "/data/usage/output_tokens"),
            Column.of("cache_creation_input_tokens", "/data/usage/cache_creation_input_tokens"),
            Column.of("cache_read_input_tokens", "/data/usage/cache_read_input_tokens"),
            Column.of("cost_usd", "/data/cost_usd"),
            new Column("attempts", line -> Texts.size(line.at("/data/attempts"))),
            Column.of("session_ms", "/data/timings/session_ms"),
            Column.of("cache_ms", "/data/timings/cache_ms"),
            Column.of("queue_ms", "/data/timings/queue_ms"),
            Column.of("claude_first_token_ms", "/data/timings/claude_first_token_ms"),
            Column.of("claude_ms", "/data/timings/claude_ms"),
            Column.of("total_ms", "/data/timings/total_ms"),
            Column.of("received_at", "/data/received_at"),
            Column.of("ended_at", "/data/ended_at"));

    private static final List<Column> DELTA = List.of(
            Column.of("generation", "/key"),
            Column.of("attempt", "/attributes/attempt"),
            Column.of("sequence", "/attributes/sequence"),
            Column.of("cache", "/attributes/cache"),
            Column.of("status", "/attributes/status"),
            Column.of("retry_after", "/attributes/retry-after"),
            new Column("text", line -> Texts.ofDelta(line.path("data"))));

    private static final List<Column> DEAD = List.of(
            Column.of("dead_reason", "/dead_letter/reason"),
            Column.of("dead_topic", "/dead_letter/topic"),
            Column.of("dead_partition", "/dead_letter/partition"),
            Column.of("dead_offset", "/dead_letter/offset"));

    private static final List<Column> REST = List.of(
            Column.of("traceparent", "/attributes/traceparent"),
            Column.of("attributes", "/attributes"),
            Column.of("data", "/data"),
            Column.of("error", "/error"),
            Column.of("value_base64", "/value_base64"));

    private Columns() {}

    public static List<Column> of(String topic) {
        List<Column> columns = new ArrayList<>(PLACE);
        switch (TopicKind.of(topic)) {
            case REQUESTS -> add(columns, WHO, REQUEST);
            case TURNS -> add(columns, WHO, TURN);
            case COMMANDS, UNKNOWN -> add(columns, WHO);
            case DELTAS -> add(columns, DELTA);
        }
        if (TopicKind.isDead(topic)) {
            columns.addAll(DEAD);
        }
        columns.addAll(REST);
        return columns;
    }

    @SafeVarargs
    private static void add(List<Column> columns, List<Column>... groups) {
        for (List<Column> group : groups) {
            columns.addAll(group);
        }
    }
}
