package dev.parley.replay.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.parley.replay.Records;
import dev.parley.replay.record.RecordDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class CsvTest {
    private static final JsonMapper JSON = JsonMapper.shared();

    @Test
    void quotesSeparatorsQuotesLineEndsAndOuterSpaces() throws IOException {
        assertThat(row("a", false)).isEqualTo("a");
        assertThat(row("a,b", false)).isEqualTo("\"a,b\"");
        assertThat(row("say \"hi\"", false)).isEqualTo("\"say \"\"hi\"\"\"");
        assertThat(row("two\nlines", false)).isEqualTo("\"two\nlines\"");
        assertThat(row("back\rhome", false)).isEqualTo("\"back\rhome\"");
        assertThat(row(" blank ", false)).isEqualTo("\" blank \"");
    }

    @Test
    void distinguishesAnEmptyTextFromAMissingValue() throws IOException {
        assertThat(row("", false)).isEqualTo("\"\"");
        assertThat(written(
                        new Csv(List.of(CsvColumn.at("x", "/x"), CsvColumn.at("y", "/y")), false),
                        JSON.createObjectNode().putNull("x")))
                .isEqualTo("x,y\n,\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "=1+1 | '=1+1",
                "+49 30 | '+49 30",
                "-rf / | '-rf /",
                "@SUM(A1) | '@SUM(A1)",
                "a;=1+1 | a;'=1+1",
                "a;b; =1+1;-1 | a;b; '=1+1;'-1",
                "plain; text, 2-1=1 | plain; text, 2-1=1",
            })
    void putsAnApostropheBeforeFormulasForSpreadsheets(String text, String cell) throws IOException {
        assertThat(row(text, true)).isEqualTo('"' + cell + '"');
        assertThat(row(text, false)).isEqualTo(text.contains(",") ? '"' + text + '"' : text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-5", "-1.5E-4", "7"})
    void leavesNumbersForSpreadsheets(String number) throws IOException {
        assertThat(row(number, true)).isEqualTo(number);
    }

    /** Spreadsheets also cut at semicolons and tabs, even in quotes, and at line ends. */
    @ParameterizedTest
    @ValueSource(strings = {"", "a;", "a\t", "a\n", "a\r\n"})
    void putsAnApostropheBeforeFormulasAfterSeparators(String before) throws IOException {
        for (String between : List.of("", " ", "\t", "\n", "\0", ";;\n")) {
            assertThat(row(before + between + "=1+1", true)).isEqualTo('"' + before + between + "'=1+1\"");
        }
        assertThat(row(before + "\"=1+1\"", true)).isEqualTo('"' + before + "\"\"'=1+1\"\"\"");
    }

    @Test
    void quotesEveryTextForSpreadsheets() throws IOException {
        assertThat(row("plain", true)).isEqualTo("\"plain\"");
        assertThat(row("say \"hi\" \\ $1", true)).isEqualTo("\"say \"\"hi\"\" \\ $1\"");
        assertThat(row("", true)).isEqualTo("\"\"");
    }

    @Test
    void readsLongRunsOfSeparatorsOnce() {
        String text = ";\n".repeat(500_000);
        assertTimeoutPreemptively(
                Duration.ofSeconds(20), () -> assertThat(row(text + "x", true)).isEqualTo('"' + text + "x\""));
    }

    @Test
    void writesAByteOrderMarkAndCrlfForSpreadsheets() throws IOException {
        String file = written(
                new Csv(List.of(CsvColumn.at("x", "/x")), true),
                JSON.createObjectNode().put("x", "é"));

        assertThat(file).isEqualTo("\ufeffx\r\n\"é\"\r\n");
    }

    @Test
    void doesNotQuoteOtherText() throws IOException {
        assertThat(row("#1 costs +5; a\\b 'c' \t | and is longer than the text that Jackson checks by default", false))
                .isEqualTo("#1 costs +5; a\\b 'c' \t | and is longer than the text that Jackson checks by default");
    }

    @Test
    void doublesQuotesInLongText() throws IOException {
        String text = "say \"hi\", ".repeat(10_000);

        assertThat(row(text, false)).isEqualTo("\"" + text.replace("\"", "\"\"") + "\"");
    }

    @Test
    void replacesUnpairedSurrogates() throws IOException {
        assertThat(row("a\ud83db \ud83d\ude00", false)).isEqualTo("a\ufffdb \ud83d\ude00");
    }

    @Test
    void showsAKeyAndAValueThatCannotBeDecodedInBase64() {
        var record = Records.record("other", new byte[] {-1, 0}, "not json".getBytes(UTF_8), new RecordHeaders());

        assertThat(cells("other", new RecordDecoder(false).decode(record)))
                .containsEntry("key", "/wA=")
                .containsEntry("value_base64", "bm90IGpzb24=");
    }

    @Test
    void showsATurnInFlatColumns() {
        Map<String, String> row = cells("ChatCompleted.v1");

        assertThat(row)
                .containsEntry("conversation", "conv_019ab5365fc0781b8f2e4a6c9d013b57")
                .containsEntry("tenant", "acme")
                .containsEntry("cache", "miss")
                .containsEntry("question", "What is a commit log?")
                .containsEntry("answer", "An append-only sequence of records.")
                .containsEntry("stop_reason", "end_turn")
                .containsEntry("input_tokens", "24")
                .containsEntry("cost_usd", "0.000207")
                .containsEntry("attempts", "2")
                .containsEntry("claude_first_token_ms", "452.75")
                .containsEntry("ended_at", "2026-11-24T09:30:01.159500Z")
                .doesNotContainKeys("error_type", "dead_reason", "error", "attributes", "data");
    }

    @Test
    void showsOtherTopicsInFlatColumns() {
        assertThat(cells("ChatFailed.v1"))
                .containsEntry("error_status", "529")
                .containsEntry("error_type", "overloaded_error");
        assertThat(cells("ChatRequested.v1"))
                .containsEntry("reply_partition", "5")
                .containsEntry("question", "What is a commit log?")
                .containsEntry("max_tokens", "1024");
        assertThat(cells("delta-last"))
                .containsEntry("generation", "gen_019ab5365fc07a3e9c41d2b7f08e6a15")
                .containsEntry("type", "last")
                .containsEntry("attempt", "2")
                .containsEntry("text", "sequence of records.");
        assertThat(cells("dead-letter"))
                .containsEntry("dead_topic", "chat.turns")
                .containsEntry("dead_offset", "4711");
        assertThat(cells("CancelRequested.v1")).containsEntry("tenant", "acme");
        assertThat(cells("AnswerDelivered.v1"))
                .containsEntry("outcome", "completed")
                .containsEntry("first_byte_at", "2026-11-24T09:30:00.618Z");
        assertThat(cells("TrialCompleted.v1"))
                .containsEntry("verdict", "equal")
                .containsEntry("trial_model", "claude-haiku-5-5")
                .containsEntry("answer", "A log of commits.");
    }

    @Test
    void joinsTheTextBlocksOfAQuestion() {
        String value = """
                {"messages":[{"role":"user","content":"first"},{"role":"assistant","content":"answer"},
                 {"role":"user","content":[{"type":"image","source":{}},{"type":"text","text":"What"},
                 {"type":"text","text":"is it?"}]}]}""";
        ObjectNode line = new RecordDecoder(false)
                .decode(Records.record("chat.requests", "f", value, Map.of("ce_type", "dev.parley.ChatRequested.v1")));

        assertThat(cells("chat.requests", line)).containsEntry("question", "What\nis it?");
    }

    @Test
    void everyColumnHasItsOwnName() {
        assertThat(Stream.of(
                        "chat.requests",
                        "chat.deltas",
                        "chat.turns.dead",
                        "chat.deliveries",
                        "chat.trials",
                        "chat.commands",
                        "other"))
                .allSatisfy(topic -> assertThat(CsvColumn.of(topic))
                        .extracting(CsvColumn::name)
                        .doesNotHaveDuplicates());
    }

    private static Map<String, String> cells(String golden) {
        var record = Records.golden(golden);
        return cells(record.topic(), new RecordDecoder(false).decode(record));
    }

    private static Map<String, String> cells(String topic, ObjectNode line) {
        Map<String, String> cells = new HashMap<>();
        CsvColumn.of(topic).forEach(column -> column.value(line).ifPresent(value -> cells.put(column.name(), value)));
        return cells;
    }

    private static String row(String text, boolean forSpreadsheets) throws IOException {
        String lineEnd = forSpreadsheets ? "\r\n" : "\n";
        String file = written(
                new Csv(List.of(CsvColumn.at("x", "/x")), forSpreadsheets),
                JSON.createObjectNode().put("x", text));
        return file.substring(file.indexOf(lineEnd) + lineEnd.length(), file.length() - lineEnd.length());
    }

    private static String written(Csv csv, ObjectNode line) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        csv.writeHeader(out);
        csv.write(line, out);
        return out.toString(UTF_8);
    }
}
