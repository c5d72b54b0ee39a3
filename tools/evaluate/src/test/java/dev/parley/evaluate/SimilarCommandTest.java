package dev.parley.evaluate;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SimilarCommandTest {
    @TempDir
    private Path directory;

    private final StringWriter errors = new StringWriter();

    @Test
    void countsHitsAndErrorsOfStreamsAndPairs() throws IOException {
        Path stream = file("stream.csv", """
            query,intent
            How do I return a parcel?,return
            How can I return a parcel?,return
            How do I return 2 parcels?,return two
            How do I bake bread?,bread
            How do I return a parcel?,return
            how to bake bread,a wrong label
            """);
        Path pairs = directory.resolve("pairs.csv.gz");
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(pairs))) {
            gzip.write("""
                id,question_a,question_b,label,kind
                1,Is Mia a dancer?,"Please, is Mia a dancer?",1,courtesy
                2,Is Mia a dancer?,Is Mia not a dancer?,0,negation
                3,Is Mia a dancer?,Is Mia really a dancer?,0,a wrong label
                """.getBytes(UTF_8));
        }
        Path hits = directory.resolve("hits.csv");

        JsonNode report = report("--stream", stream.toString(), "--pairs", pairs.toString(), "--hits", hits.toString());

        JsonNode counts = report.at("/streams/stream.csv");
        assertThat(counts.path("requests").intValue()).isEqualTo(5);
        assertThat(counts.path("hits").intValue()).isEqualTo(2);
        assertThat(counts.path("wrong_label").intValue()).isEqualTo(1);
        assertThat(counts.path("hits_static_95").isInt()).isTrue();
        assertThat(counts.path("wrong_static_95").isInt()).isTrue();
        assertThat(counts.at("/with_repeats/30/requests").intValue()).isEqualTo(7);
        JsonNode ofPairs = report.at("/pairs/pairs.csv.gz");
        assertThat(ofPairs.path("same").intValue()).isEqualTo(1);
        assertThat(ofPairs.path("accepted_same").intValue()).isEqualTo(1);
        assertThat(ofPairs.path("different").intValue()).isEqualTo(2);
        assertThat(ofPairs.path("accepted_different").intValue()).isEqualTo(1);
        assertThat(ofPairs.at("/kinds/negation/accepted_different").intValue()).isZero();
        assertThat(report.path("latency_ms").propertyNames())
                .containsExactlyInAnyOrder(
                        "normalise",
                        "eligibility",
                        "embedding",
                        "candidates",
                        "lexical",
                        "stored_embedding",
                        "trees",
                        "cross_encoder",
                        "lookup");
        assertThat(report.at("/latency_ms/lookup/p50").doubleValue()).isPositive();
        assertThat(report.at("/latency_ms/lookup/p99").doubleValue()).isPositive();
        assertThat(Files.readAllLines(hits)).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 0", "1, 1, 1"})
    void letsAnOracleJudgeByTheLabels(String error, int hits, int wrong) throws IOException {
        Path stream = file("stream.csv", """
            query,intent
            How do I return a damaged parcel to the shop in Oslo within 14 days?,return
            How do I send a faulty delivery back to the shop in Oslo within 14 days?,return
            Where do I return a damaged parcel to the shop in Oslo within 14 days?,place
            """);

        JsonNode report = report("--stream", stream.toString(), "--mode", "judged", "--judge-error", error);

        assertThat(report.path("judge").stringValue("")).contains("oracle", "no model");
        JsonNode counts = report.at("/streams/stream.csv");
        assertThat(counts.path("judged").intValue()).isEqualTo(2);
        assertThat(counts.path("judged_hits").intValue()).isEqualTo(hits);
        assertThat(counts.path("judged_wrong").intValue()).isEqualTo(wrong);
    }

    /** As of a half in which a small file has nothing. */
    @Test
    void countsNothingInAFileWithoutRows() throws IOException {
        Path stream = file("stream.csv", "query,intent\r\n");
        Path pairs = file("pairs.csv", "\ufeffquestion_a,question_b,label\n");

        JsonNode report = report("--stream", stream.toString(), "--pairs", pairs.toString());

        assertThat(report.at("/streams/stream.csv/requests").intValue(-1)).isZero();
        assertThat(report.at("/streams/stream.csv/with_repeats/30/requests").intValue(-1))
                .isZero();
        assertThat(report.at("/pairs/pairs.csv/different").intValue(-1)).isZero();
    }

    @Test
    void readsOverEmptyLines() throws IOException {
        Path stream = file("stream.csv", "\ufeffquery,intent\r\n\r\nHow do I bake bread?,bread\r\n\r\n");

        assertThat(report("--stream", stream.toString())
                        .at("/streams/stream.csv/requests")
                        .intValue())
                .isEqualTo(1);
    }

    /** As the STS benchmark has them. */
    @Test
    void readsScoresInPlaceOfLabels() throws IOException {
        Path pairs = file("pairs.csv", """
            question_a,question_b,score,split
            Is Mia a dancer?,"Please, is Mia a dancer?",5.0,tune
            How do I bake bread?,how to bake bread,4,tune
            Is Mia a dancer?,Is Mia not a dancer?,3.999,tune
            """);

        JsonNode counts = report("--pairs", pairs.toString()).at("/pairs/pairs.csv");

        assertThat(counts.path("same").intValue()).isEqualTo(2);
        assertThat(counts.path("accepted_same").intValue()).isEqualTo(2);
        assertThat(counts.path("different").intValue()).isEqualTo(1);
    }

    /** The service does not look them up either. */
    @Test
    void reusesNoAnswerForAQuestionOfMoreThan1000Characters() throws IOException {
        String question = "How do I bake bread?";
        String padded = "How do I" + " ".repeat(1000) + "bake bread?";
        Path stream = file("stream.csv", "query,intent\n%s,bread\n%s,bread\n".formatted(question, padded));
        Path pairs = file(
                "pairs.csv", "question_a,question_b,label\n%1$s,%2$s,1\n%2$s,%1$s,1\n".formatted(question, padded));

        JsonNode report = report("--stream", stream.toString(), "--pairs", pairs.toString());

        assertThat(report.at("/streams/stream.csv/hits").intValue(-1)).isZero();
        assertThat(report.at("/streams/stream.csv/refused_by/TOO_LONG").intValue())
                .isEqualTo(1);
        assertThat(report.at("/pairs/pairs.csv/accepted_same").intValue(-1)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--json", "--hits"})
    void replacesNoInputByAResult(String option) throws IOException {
        String content = "query,intent\nHow do I bake bread?,bread\n";
        Path stream = file("stream.csv", content);
        Path link = Files.createSymbolicLink(directory.resolve("link.csv"), stream);

        assertThat(run("--stream", stream.toString(), option, link.toString())).isEqualTo(2);
        assertThat(errors.toString()).contains("link.csv", "would replace");
        assertThat(stream).hasContent(content);
    }

    @Test
    void writesDifferentResultsToDifferentFiles() throws IOException {
        Path stream = file("stream.csv", "query,intent\nHow do I bake bread?,bread\n");
        String result = directory.resolve("result").toString();

        assertThat(run("--stream", stream.toString(), "--json", result, "--hits", result))
                .isEqualTo(2);
        assertThat(errors.toString()).contains("result", "would replace");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--json", "--hits"})
    void refusesAFolderAsAResult(String option) throws IOException {
        Path stream = file("stream.csv", "query,intent\nHow do I bake bread?,bread\n");

        assertThat(run("--stream", stream.toString(), option, directory.toString()))
                .isEqualTo(2);
        assertThat(errors.toString()).contains(directory.toString(), "it is a folder");
    }

    @Test
    void replacesAnEarlierResultAndLeavesNothingElse() throws IOException {
        Path stream = file("stream.csv", "query,intent\nHow do I bake bread?,bread\n");
        file("out.json", "earlier");

        assertThat(report("--stream", stream.toString()).path("mode").stringValue(""))
                .isEqualTo("standard");
        assertThat(directory).isDirectoryNotContaining("glob:**.unfinished");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--json", "--hits"})
    void refusesAResultThatCannotBeWrittenBeforeItIsComputed(String option) throws IOException {
        Path stream = file("stream.csv", "query,intent\nHow do I bake bread?,bread\n");
        Path result = directory.resolve("none").resolve("out");

        assertThat(run("--stream", stream.toString(), option, result.toString()))
                .isEqualTo(2);
        assertThat(errors.toString()).contains(result.toString(), "no such folder");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--stream; 'query,label|Where is Oslo?,1|'                            ; a row has no column intent",
                "--pairs ; 'question_a,label|Where is Oslo?,1|'                       ; question_b",
                "--pairs ; 'question_a,question_b,label|Where is Oslo?,Why?,1.0|'     ; 'a label is 0 or 1, not 1.0'",
                "--pairs ; 'question_a,question_b,score|Where is Oslo?,Why?,5.5|'     ; 'a score is from 0 to 5, not 5.5'",
                "--pairs ; 'question_a,question_b,score|Where is Oslo?,Why?,NaN|'     ; 'a score is from 0 to 5, not NaN'",
                "--pairs ; 'question_a,question_b|Where is Oslo?,Why?|'               ; a row has no column label",
                "--pairs ; 'question_a,question_b,label|Where is Oslo?,Why?,\"1|0\"|' ; 'a label is 0 or 1, not 1 0'",
                "--stream; 'query,intent,query|Where is Oslo?,place,Why?|'            ; two columns have the name query",
                "--stream; ''                                                        ; cannot read",
                "--stream; 'query,intent|\"Where is Oslo?,place|'                     ; cannot read",
                "--stream; 'query,intent|Where is Oslo?,place,one more|'              ; cannot read",
            })
    void saysWhatIsWrongWithAFile(String option, String content, String message) throws IOException {
        Path file = file("bad.csv", content.replace('|', '\n'));
        assertThat(run(option, file.toString())).isEqualTo(2);
        assertThat(errors.toString().lines()).singleElement().asString().contains("bad.csv", message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"latin.csv", "plain.csv.gz", "packed.csv"})
    void saysThatAFileIsNoCsvInUtf8(String name) throws IOException {
        Path file = directory.resolve(name);
        switch (name) {
            case "latin.csv" -> Files.write(file, "query,intent\nWhere is Tromsø?,place\n".getBytes(ISO_8859_1));
            case "plain.csv.gz" -> Files.writeString(file, "query,intent\nWhere is Oslo?,place\n");
            default -> {
                try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
                    gzip.write("query,intent\nWhere is Oslo?,place\n".getBytes(UTF_8));
                }
            }
        }
        assertThat(run("--stream", file.toString())).isEqualTo(2);
        assertThat(errors.toString().lines()).singleElement().asString().contains(name, "cannot read");
    }

    @Test
    void saysThatAFolderIsNoFile() {
        assertThat(run("--stream", "/")).isEqualTo(2);
        assertThat(errors.toString().lines()).singleElement().asString().contains("cannot read /");
    }

    @Test
    void saysThatAFileIsMissing() {
        assertThat(run("--stream", "none.csv")).isEqualTo(2);
        assertThat(errors.toString()).contains("cannot read none.csv");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--stream", "--pairs"})
    void refusesTwoFilesOfOneName(String option) throws IOException {
        String content = option.equals("--stream")
                ? "query,intent\nHow do I return a parcel?,return\n"
                : "question_a,question_b,label\nIs Mia a dancer?,Is Mia not a dancer?,0\n";
        Path first = file("a.csv", content);
        Path second = Files.writeString(
                Files.createDirectory(directory.resolve("other")).resolve("a.csv"), content);

        assertThat(run(option, first.toString(), second.toString())).isEqualTo(2);
        assertThat(errors.toString()).contains("two files", "a.csv");
    }

    @Test
    void needsFiles() {
        assertThat(run("--stream", "x", "--judge-error", "2")).isEqualTo(2);
        assertThat(errors.toString()).contains("--judge-error is from 0 to 1");
        assertThat(run()).isEqualTo(2);
        assertThat(errors.toString()).contains("Neither --pairs nor --stream");
    }

    private JsonNode report(String... options) {
        Path json = directory.resolve("out.json");
        String[] all = Stream.concat(Stream.of(options), Stream.of("--json", json.toString()))
                .toArray(String[]::new);
        assertThat(run(all)).as(errors.toString()).isZero();
        return JsonMapper.shared().readTree(json);
    }

    private int run(String... options) {
        return Evaluate.command()
                .setErr(new PrintWriter(errors, true))
                .execute(Stream.concat(Stream.of("similar"), Stream.of(options)).toArray(String[]::new));
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }
}
