package dev.parley.evaluate.router;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.evaluate.Evaluate;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RouterCommandTest {
    private static final String TABLE = """
            question,weak_correct,strong_correct
            Where is Rome?,1,1
            "Where is
            Oslo, exactly?",1,0
            "Prove that the square root of two is irrational, and derive a bound.",0,1
            This one was not judged,,1
            """;

    @TempDir
    private Path directory;

    private final StringWriter errors = new StringWriter();

    @Test
    void writesTheFiguresOfATable() throws IOException {
        Path table = Files.writeString(directory.resolve("table.csv"), TABLE);

        assertThat(run(table)).isZero();

        JsonNode figures = figures(table);
        assertThat(figures.path("n").intValue()).isEqualTo(3);
        assertThat(figures.propertyNames()).contains("router_q95", "length_q95", "random_q95", "oracle_q95", "ece");
        assertThat(figures.path("length_q95").doubleValue()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"table.csv.gz", "TABLE.CSV.GZ"})
    void readsGzip(String name) throws IOException {
        Path table = directory.resolve(name);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(table))) {
            out.write(TABLE.getBytes(UTF_8));
        }

        assertThat(run(table)).isZero();
        assertThat(figures(table).path("n").intValue()).isEqualTo(3);
    }

    @Test
    void asksForTheColumnsOfAnUnknownTable() throws IOException {
        Path table = Files.writeString(directory.resolve("table.csv"), TABLE.replace("weak_correct", "small"));

        assertThat(run(table)).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(errors.toString()).contains("weak_correct");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "question,weak_correct,strong_correct\n",
                "question,weak_correct,strong_correct\n\"Where is Rome?,1,1\n",
                "question,weak_correct,strong_correct\nWhere is Rome?,1,1,1\n",
                "question,weak_correct,strong_correct\nWhere is Rome?,NaN,1\n",
                "question,weak_correct,strong_correct\nWhere is Rome?,\"1\n2\",1\n",
                "question,weak_correct,strong_correct,weak_correct\nWhere is Rome?,1,1,0\n",
            })
    void saysWhatIsWrongWithATable(String content) throws IOException {
        Path table = Files.writeString(directory.resolve("table.csv"), content);

        assertThat(run(table)).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(errors.toString().lines()).singleElement().asString().contains("table.csv: ");
    }

    @Test
    void saysThatATableIsCutOff() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(TABLE.getBytes(UTF_8));
        }
        Path table =
                Files.write(directory.resolve("table.csv.gz"), Arrays.copyOf(packed.toByteArray(), packed.size() / 2));

        assertThat(run(table)).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(errors.toString()).contains("table.csv.gz: ").doesNotContain("\tat ");
    }

    @ParameterizedTest
    @CsvSource({"none/out.json, no such folder", "table.csv, would replace", "., it is a folder"})
    void refusesAResultThatCannotBeWritten(String result, String message) throws IOException {
        Path table = Files.writeString(directory.resolve("table.csv"), TABLE);

        assertThat(run(table, directory.resolve(result))).isEqualTo(CommandLine.ExitCode.USAGE);
        assertThat(errors.toString().lines()).singleElement().asString().contains(message);
        assertThat(table).hasContent(TABLE);
    }

    private int run(Path table) {
        return run(table, directory.resolve("out.json"));
    }

    private int run(Path table, Path result) {
        return Evaluate.command()
                .setErr(new PrintWriter(errors, true))
                .setOut(new PrintWriter(new StringWriter()))
                .execute("router", "--table", table.toString(), "--json", result.toString());
    }

    private JsonNode figures(Path table) {
        return JsonMapper.shared()
                .readTree(directory.resolve("out.json").toFile())
                .path("tables")
                .path(table.getFileName().toString());
    }
}
