package dev.parley.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** A broker with twelve turns of three conversations and an aborted transaction. */
class ReplayIT extends OnLocalKafka {
    private static final Instant NINE = Instant.parse("2026-11-24T09:00:00Z");
    private static final String GENERATION = "gen_019ab5365fc07a3e9c41d2b7f08e6a15";

    @BeforeAll
    void publish() {
        try (Publisher turns = Publisher.transactional(kafka, "turns");
                Publisher plain = Publisher.plain(kafka)) {
            for (int minute = 0; minute < 12; minute++) {
                turns.begin();
                turns.turn(
                        minute % 4 == 3 ? "ChatFailed.v1" : "ChatCompleted.v1",
                        "conv_" + minute % 3,
                        NINE.plusSeconds(60L * minute),
                        Map.of(
                                "ce_tenant",
                                minute < 6 ? "acme" : "globex",
                                "ce_generation",
                                "gen_%032d".formatted(minute)));
                turns.commit();
            }
            turns.begin();
            turns.turn("ChatCompleted.v1", "conv_aborted", NINE, Map.of());
            turns.abort();
            plain.golden("delta-heartbeat", 5);
            plain.golden("delta-frames", 5);
            plain.golden("delta-last", 5);
            plain.golden("delta-recorded", 5);
            plain.golden("dead-letter", 0);
            plain.golden("ChatRequested.v1", 2);
            plain.raw("chat.requests.dead", 0, null, null);
            plain.raw("chat.requests.dead", 0, new byte[] {-1}, "not json".getBytes(UTF_8));
            plain.raw("chat.requests.dead", 0, null, "{}".getBytes(UTF_8));
        }
    }

    @Test
    void readsEveryCommittedTurnOfTheDefaultTopic() throws IOException {
        List<JsonNode> lines = lines();

        assertThat(lines).hasSize(12).allSatisfy(line -> {
            assertThat(line.path("topic").stringValue()).isEqualTo("chat.turns");
            assertThat(line.path("type").stringValue()).startsWith("dev.parley.Chat");
            assertThat(line.at("/data/usage/input_tokens").isIntegralNumber()).isTrue();
        });
        assertThat(lines)
                .extracting(line -> line.at("/attributes/generation").stringValue())
                .doesNotHaveDuplicates();
    }

    @Test
    void readsUncommittedRecordsOnRequest() throws IOException {
        assertThat(lines("--uncommitted"))
                .hasSize(13)
                .extracting(line -> line.path("key").stringValue())
                .contains("conv_aborted");
    }

    @ParameterizedTest
    @CsvSource({
        "--conversation conv_1, 4",
        "'--conversation conv_1,conv_2', 8",
        "--conversation conv_1 --conversation conv_2, 8",
        "--conversation conv_9, 0",
        "--generation gen_00000000000000000000000000000007, 1",
        "--type ChatFailed, 3",
        "'--type ChatFailed,ChatCompleted', 12",
        "--tenant acme, 6",
        "--tenant acme --type ChatFailed --conversation conv_0, 1",
        "--since 2026-11-24T09:05:00Z, 7",
        "--until 2026-11-24T09:05:00Z, 5",
        "--since 2026-11-24T09:05:00Z --until 2026-11-24T09:08:00Z, 3",
        "--since 2026-11-24T10:04+01:00 --until 2026-11-24T09:05, 1",
        "--since 2026-11-25 --until 2026-11-26, 0",
        "--limit 5, 5",
        "--limit 500, 12",
    })
    void readsTheSelectedTurns(String arguments, int count) throws IOException {
        assertThat(lines(arguments.split(" "))).hasSize(count);
    }

    @Test
    void keepsTheOrderOfAConversation() throws IOException {
        assertThat(lines("--conversation", "conv_2"))
                .extracting(line -> line.path("timestamp").stringValue())
                .isSorted();
    }

    @Test
    void readsARangeOfOffsets() throws IOException {
        List<JsonNode> all = lines("chat.deltas", "--partition", "5");
        List<JsonNode> some = lines("chat.deltas", "--partition", "5", "--from-offset", "1", "--to-offset", "3");

        assertThat(all).hasSize(4);
        assertThat(some).isEqualTo(all.subList(1, 3));
    }

    @Test
    void readsTheDeltasOfAnAnswer() throws IOException {
        List<JsonNode> lines = lines("chat.deltas", "--generation", GENERATION);

        assertThat(lines)
                .extracting(line -> line.path("type").stringValue())
                .containsExactly("heartbeat", "frames", "last", "recorded");
        assertThat(lines.get(1).at("/data/events/0/event").stringValue()).isEqualTo("message_start");
    }

    @Test
    void showsUndecodableRecordsAndContinues() throws IOException {
        List<JsonNode> lines = lines("chat.requests.dead");

        assertThat(lines).hasSize(3);
        assertThat(lines.get(0).path("error").stringValue()).isEqualTo("the record has no value");
        assertThat(lines.get(1).path("value_base64").asString()).isEqualTo("bm90IGpzb24=");
        assertThat(lines.get(1).path("key_base64").asString()).isEqualTo("/w==");
        assertThat(lines.get(2).path("data").isObject()).isTrue();
    }

    @Test
    void writesAnEmptyFileForAnEmptyTopic() throws IOException {
        assertThat(lines("chat.commands")).isEmpty();
    }

    @Test
    void listsTheTopics() {
        StringWriter out = new StringWriter();
        assertThat(command().setOut(new PrintWriter(out, true)).execute("--list"))
                .isEqualTo(0);
        assertThat(out.toString())
                .startsWith("TOPIC                    PARTITIONS      OFFSETS\n")
                .containsPattern("chat\\.deltas +24 +4\n")
                .containsPattern("chat\\.requests\\.dead +1 +3\n")
                .containsPattern("chat\\.commands +3 +0\n")
                .doesNotContain("__");
    }

    @Test
    void reportsAnUnknownTopic() {
        assertThat(run("chat.turn")).isEqualTo(2);
        assertThat(errors.toString()).contains("there is no topic chat.turn ").contains("--list");
    }

    @Test
    void rejectsATypeThatTheTopicDoesNotHave() {
        assertThat(run("--type", "ChatFaild")).isEqualTo(2);
        assertThat(errors.toString()).contains("chat.turns has no type ChatFaild; its types are ChatCompleted, ");
    }

    @Test
    void countsRecordsWithoutMarkersOfTransactions() {
        Path _ = write("--type", "ChatFailed");
        assertThat(errors.toString()).endsWith("replay: 3 of 12 records of chat.turns written\n");
    }

    @Test
    void warnsIfNothingMatches() {
        Path _ = write("--tenant", "nobody");
        assertThat(errors.toString())
                .endsWith("replay: 0 of 12 records of chat.turns written: nothing matches the options\n");
    }

    @Test
    void duckDbReadsTheJsonLines() throws IOException, SQLException {
        Path file = write();

        assertThat(DuckDb.query("""
                SELECT attributes.tenant, count(*), sum(data.usage.input_tokens), printf('%%.6f', sum(data.cost_usd))
                FROM '%s' WHERE type LIKE '%%ChatCompleted%%' GROUP BY 1 ORDER BY 1""".formatted(file))).isEqualTo(List.of("acme 5 120 0.001035", "globex 4 96 0.000828"));
        assertThat(DuckDb.query("SELECT typeof(timestamp), max(timestamp) FROM '%s' GROUP BY 1".formatted(file)))
                .isEqualTo(List.of("TIMESTAMP 2026-11-24 09:11:00.0"));
    }

    @Test
    void duckDbRunsTheQueryInTheDocument() throws IOException, SQLException {
        Matcher sql = Pattern.compile("```sql\n(.+?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../../docs/events.md"), UTF_8));
        assertThat(sql.find()).isTrue();

        assertThat(DuckDb.query(sql.group(1).replace("turns.jsonl", write().toString())))
                .hasSize(2)
                .anySatisfy(row -> assertThat(row).startsWith("acme 5 45 ").endsWith(" 452.75"));
    }

    @Test
    void duckDbReadsTheCsv() throws IOException, SQLException {
        Path csv = folder.resolve("turns.csv");
        assertThat(run("--format", "csv", "-o", csv.toString())).isZero();

        assertThat(DuckDb.query("""
                SELECT tenant, count(*), sum(input_tokens), printf('%%.6f', sum(cost_usd)), any_value(answer)
                FROM '%s' WHERE type LIKE '%%ChatCompleted%%' GROUP BY 1 ORDER BY 1""".formatted(csv)))
                .isEqualTo(List.of(
                        "acme 5 120 0.001035 An append-only sequence of records.",
                        "globex 4 96 0.000828 An append-only sequence of records."));
        assertThat(DuckDb.query("SELECT error_type FROM '%s' WHERE error_status = 529".formatted(csv)))
                .containsOnly("overloaded_error")
                .hasSize(3);
    }

    @Test
    void duckDbReadsTheTextOfDeltas() throws IOException, SQLException {
        Path csv = folder.resolve("deltas.csv");
        assertThat(run("chat.deltas", "--format", "csv", "-o", csv.toString())).isZero();

        assertThat(DuckDb.query("SELECT string_agg(text, '' ORDER BY \"offset\") FROM '%s'".formatted(csv)))
                .isEqualTo(List.of("An append-only sequence of records."));
    }
}
