package dev.parley.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.replay.output.Csv;
import dev.parley.replay.output.CsvColumn;
import dev.parley.replay.output.RecordFormat;
import dev.parley.replay.record.RecordDecoder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files whose types DuckDB infers, with its defaults: from the first 20,480 rows. */
class DuckDbIT {
    private static final int MORE_THAN_THE_SAMPLE = 25_000;

    @TempDir
    Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "chat.turns  | {'cost_usd': %s}                         | data.cost_usd             | cost_usd",
                "chat.turns  | {'attempts': [{'cost_usd': %s}]}         | data.attempts[1].cost_usd |",
                "chat.trials | {'original': {'cost_usd': %s}}           | data.original.cost_usd    | original_cost_usd",
                "chat.trials | {'trial': {'cost_usd': %s}}              | data.trial.cost_usd       | trial_cost_usd",
                "chat.trials | {'judgement': {'cost_usd': %s}}          | data.judgement.cost_usd   | judge_cost_usd",
                "chat.trials | {'cost_usd_at_most': %s}                 | data.cost_usd_at_most     |",
                "chat.keys   | {'limits': {'usd_per_day': %s}}          | data.limits.usd_per_day   |",
                "chat.keys   | {'mirror': {'share': %s}}                | data.mirror.share         |",
            })
    void sumsAnAmountAfterManyWithoutDecimals(String topic, String value, String jsonColumn, String csvColumn)
            throws IOException, SQLException {
        List<ConsumerRecord<byte[], byte[]>> records =
                afterMany(record(topic, value.formatted("0")), record(topic, value.formatted("0.7")));

        assertThat(DuckDb.query("SELECT sum(%s) FROM '%s'".formatted(jsonColumn, lines(records))))
                .containsExactly("0.7");
        if (csvColumn != null) {
            assertThat(DuckDb.query("SELECT sum(%s) FROM '%s'".formatted(csvColumn, csv(topic, records))))
                    .containsExactly("0.7");
        }
    }

    /** JSON strings can have half of a character, which UTF-8 has not. */
    @Test
    void readsTheLinesBesideOneWithAnUnpairedSurrogate() throws IOException, SQLException {
        List<ConsumerRecord<byte[], byte[]>> records = List.of(
                record("chat.turns", "{'request': 'a\\ud83d\\ude00 \\ud83d'}"),
                record("chat.turns", "{'request': 'b'}"));

        assertThat(DuckDb.query("SELECT string_agg(data.request, '') FROM '%s'".formatted(lines(records))))
                .containsExactly("a\ud83d\ude00 \ufffdb");
    }

    @Test
    void readsLargeRowsAsDocumented() throws IOException, SQLException {
        String question = "why".repeat(6_000_000);
        List<ConsumerRecord<byte[], byte[]>> records = List.of(
                record("chat.turns", "{'request': {'messages': [{'role': 'user', 'content': '" + question + "'}]}}"));

        assertThat(DuckDb.query("SELECT length(question) FROM " + documentedReading(records)))
                .containsExactly(String.valueOf(question.length()));
        assertThat(DuckDb.query("SELECT length(data.request.messages[1].content) FROM '%s'".formatted(lines(records))))
                .containsExactly(String.valueOf(question.length()));
    }

    /** Clients choose them: a tenant {@code 1.10} is no number. */
    @Test
    void keepsNamesThatLookLikeNumbersAsDocumented() throws IOException, SQLException {
        Map<String, String> headers =
                Map.of("ce_conversation", "1e3", "ce_tenant", "1.10", "ce_user", "007", "ce_generation", "gen_1");
        List<ConsumerRecord<byte[], byte[]>> records = List.of(Records.record("chat.turns", "1e3", "{}", headers));

        assertThat(DuckDb.query("SELECT concat_ws(' ', key, conversation, tenant, \"user\") FROM "
                        + documentedReading(records)))
                .containsExactly("1e3 1e3 1.10 007");
    }

    /** As in the schemas of two tools. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "../../docs/events.md | read_json\\('turns\\.jsonl'[^;]+?}\\) | data.usage.output_tokens, data.cost_usd, data.timings.claude_first_token_ms, attributes.tenant | 9 0.7 1.5 acme",
                "../../docs/router.md | read_json\\('turns\\.ndjson'[^;]+?}\\) | data.selection.advised, data.selection.reason, data.cost_usd | a score 0.7",
            })
    void readsNamesThatDifferOnlyInCaseAsDocumented(Path document, String reading, String columns, String row)
            throws IOException, SQLException {
        String turn = "{'selection': {'advised': 'a', 'reason': 'score', 'score': 1}, 'usage': {'output_tokens': 9},"
                + " 'cost_usd': 0.7, 'timings': {'claude_first_token_ms': 1.5}, 'request': {'tools': [{'%s': 1}]}}";
        Map<String, String> headers = Map.of("ce_tenant", "acme");
        Path lines = lines(List.of(
                Records.record("chat.turns", "k", turn.formatted("path").replace('\'', '"'), headers),
                Records.record("chat.turns", "k", turn.formatted("Path").replace('\'', '"'), headers)));
        Matcher call = Pattern.compile(reading, Pattern.DOTALL).matcher(Files.readString(document));
        assertThat(call.find()).isTrue();

        assertThat(DuckDb.query("SELECT %s FROM %s"
                        .formatted(columns, call.group().replaceFirst("turns\\.\\w+", lines.toString()))))
                .containsExactly(row, row);
    }

    /** As the answers of two trials that call tools. */
    @Test
    void convertsTrialsWithNamesThatDifferOnlyInCaseToParquetAsDocumented() throws IOException, SQLException {
        String trial = "{'original': {'cost_usd': 0.7, 'usage': {'output_tokens': 9}},"
                + " 'message': {'content': [{'type': 'tool_use', 'input': {'%s': 1}}]}}";
        Path lines = lines(List.of(
                record("chat.trials", trial.formatted("path")), record("chat.trials", trial.formatted("Path"))));
        Path parquet = folder.resolve("trials.parquet");
        Matcher copy =
                Pattern.compile("duckdb -c \"(COPY .+)\"").matcher(Files.readString(Path.of("../../docs/router.md")));
        assertThat(copy.find()).isTrue();
        try (Connection duckDb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckDb.createStatement()) {
            boolean _ = statement.execute(copy.group(1)
                    .replace("experiment-NAME/trials.jsonl", lines.toString())
                    .replace("trials.parquet", parquet.toString()));
        }

        assertThat(DuckDb.query("SELECT sum(data.original.cost_usd), sum(data.original.usage.output_tokens) FROM '%s'"
                        .formatted(parquet)))
                .containsExactly("1.4 18");
        assertThat(DuckDb.query(
                        "SELECT data.message.content[1].input::VARCHAR FROM '%s' ORDER BY 1".formatted(parquet)))
                .containsExactly("{\"Path\":1}", "{\"path\":1}");
    }

    /** The call that {@code docs/events.md} shows, for a file with these turns. */
    private String documentedReading(List<ConsumerRecord<byte[], byte[]>> turns) throws IOException {
        Matcher call = Pattern.compile("read_csv\\('turns\\.csv'[^)]*\\)")
                .matcher(Files.readString(Path.of("../../docs/events.md")));
        assertThat(call.find()).isTrue();
        return call.group().replace("turns.csv", csv("chat.turns", turns).toString());
    }

    private static ConsumerRecord<byte[], byte[]> record(String topic, String value) {
        return Records.record(topic, "k", value.replace('\'', '"'), Map.of());
    }

    private static List<ConsumerRecord<byte[], byte[]>> afterMany(
            ConsumerRecord<byte[], byte[]> many, ConsumerRecord<byte[], byte[]> last) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>(Collections.nCopies(MORE_THAN_THE_SAMPLE, many));
        records.add(last);
        return records;
    }

    private Path lines(List<ConsumerRecord<byte[], byte[]>> records) throws IOException {
        return write(folder.resolve("records.jsonl"), RecordFormat.JSON_LINES, records);
    }

    private Path csv(String topic, List<ConsumerRecord<byte[], byte[]>> records) throws IOException {
        return write(folder.resolve("records.csv"), new Csv(CsvColumn.of(topic), false), records);
    }

    private static Path write(Path file, RecordFormat format, List<ConsumerRecord<byte[], byte[]>> records)
            throws IOException {
        RecordDecoder decoder = new RecordDecoder(false);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            format.writeHeader(out);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                format.write(decoder.decode(record), out);
            }
        }
        return file;
    }
}
