package dev.parley.localstack.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** The command, with a gateway that refuses one question. */
final class PublishTest {
    @RegisterExtension
    private final ScriptedGateway gateway = new ScriptedGateway();

    /** The text of each question, by method, path and key. */
    private final ConcurrentMap<String, String> published = new ConcurrentHashMap<>();

    /** The texts of questions that are published before, by path. */
    private final ConcurrentMap<String, String> publishedBefore = new ConcurrentHashMap<>();

    /** Questions that are not asked yet, for which a slow one waits. */
    private final CountDownLatch asked = new CountDownLatch(6);

    /** Whether the next question is one too many in this minute. */
    private final AtomicBoolean tooMany = new AtomicBoolean();

    @BeforeEach
    void serve() {
        gateway.serve(exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            String path = exchange.getRequestURI().getPath();
            if (exchange.getRequestMethod().equals("GET")) {
                show(exchange, publishedBefore.get(path));
                return;
            }
            asked.countDown();
            published.put(
                    exchange.getRequestMethod() + " " + path + " with "
                            + exchange.getRequestHeaders().getFirst("x-api-key"),
                    JsonMapper.shared()
                            .readTree(body)
                            .at("/request/messages/0/content")
                            .stringValue(""));
            boolean isRefused = path.endsWith("/refused") || (path.endsWith("/slow") && !awaits(asked));
            int status = tooMany.getAndSet(false) ? 429 : isRefused ? 400 : 200;
            byte[] answer = (status == 200
                            ? "{}"
                            : "{\"error\":{\"type\":\"invalid_request_error\",\"message\":\"No.\"}}")
                    .getBytes(UTF_8);
            if (status == 429 && !path.endsWith("/full")) {
                exchange.getResponseHeaders().add("retry-after", "1");
            }
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
    }

    private static void show(HttpExchange exchange, @Nullable String question) throws IOException {
        byte[] answer = JsonMapper.shared()
                .writeValueAsBytes(
                        question == null
                                ? Map.of("error", Map.of("type", "not_found_error", "message", "No."))
                                : Map.of("question", question));
        exchange.sendResponseHeaders(question == null ? 404 : 200, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    @Test
    void publishesEachQuestionAndReportsThoseThatAreRefused(@TempDir Path directory) throws IOException {
        assertThat(publish(directory, "# Help\n\nWhat is a log?\n  Warum ist der Himmel blau?  \nRefused\n"))
                .isEqualTo(1);
        assertThat(published)
                .containsOnly(
                        Map.entry("PUT /v1/collections/help/questions/what-is-a-log with the-key", "What is a log?"),
                        Map.entry(
                                "PUT /v1/collections/help/questions/warum-ist-der-himmel-blau with the-key",
                                "Warum ist der Himmel blau?"),
                        Map.entry("PUT /v1/collections/help/questions/refused with the-key", "Refused"));
        assertThat(gateway.out().strip()).isEqualTo("2 of 3 questions are published in help.");
        assertThat(gateway.err())
                .contains("[##############################] 3/3")
                .contains("Refused: The gateway refuses with status 400: invalid_request_error: No.");
    }

    @Test
    void publishesNoQuestionInPlaceOfAnotherOfTheFile(@TempDir Path directory) throws IOException {
        assertThat(publish(directory, "What is C?\nWhat is c?\nWhat is C?\n")).isEqualTo(1);
        assertThat(published)
                .containsOnly(Map.entry("PUT /v1/collections/help/questions/what-is-c with the-key", "What is C?"));
        assertThat(gateway.err()).contains("What is c?: it would replace \"What is C?\", which has the same address");
    }

    @Test
    void countsARepeatedQuestionOnce(@TempDir Path directory) throws IOException {
        assertThat(publish(directory, "What is C?\nWhat is c?\nWhat is C?\nRefused\nRefused\n"))
                .isEqualTo(1);
        assertThat(gateway.out().strip()).isEqualTo("1 of 3 questions are published in help.");
    }

    @Test
    void namesAFileThatCannotBeRead(@TempDir Path directory) {
        assertThat(gateway.run("publish", directory.toString(), "--collection", "help"))
                .isEqualTo(1);
        assertThat(gateway.err()).contains("cannot read " + directory + ": ").contains("Is a directory");
    }

    @Test
    void publishesNoQuestionInPlaceOfAnotherThatIsPublished(@TempDir Path directory) throws IOException {
        publishedBefore.put("/v1/collections/help/questions/what-is-c", "What is C++?");
        publishedBefore.put("/v1/collections/help/questions/why", "Why?");
        assertThat(publish(directory, "What is C?\nWhy?\n")).isEqualTo(1);
        assertThat(published).containsOnly(Map.entry("PUT /v1/collections/help/questions/why with the-key", "Why?"));
        assertThat(gateway.out().strip()).isEqualTo("1 of 2 questions are published in help.");
        assertThat(gateway.err()).contains("What is C?: it would replace \"What is C++?\", which has the same address");
    }

    @Test
    void publishesQuestionsThatDifferInTheirSigns(@TempDir Path directory) throws IOException {
        assertThat(publish(directory, "What is C?\nWhat is C++?\nWhat is C#?\n"))
                .as(gateway.err())
                .isZero();
        assertThat(published.values()).containsOnlyOnce("What is C?", "What is C++?", "What is C#?");
    }

    @Test
    void aQuestionThatTakesLongDelaysNoOthers(@TempDir Path directory) throws IOException {
        assertThat(publish(directory, "Slow\nOne\nTwo\nThree\nFour\nFive\n"))
                .as(gateway.err())
                .isZero();
        assertThat(published).hasSize(6);
    }

    @Test
    void waitsForAnotherMinute(@TempDir Path directory) throws IOException {
        tooMany.set(true);
        assertThat(publish(directory, "Why?\n")).isZero();
        assertThat(published).hasSize(1);
    }

    /** Without a time to wait, as when too much is published. */
    @Test
    void doesNotRepeatWhatIsRefusedForGood(@TempDir Path directory) throws IOException {
        tooMany.set(true);
        assertThat(publish(directory, "Full\n")).isEqualTo(1);
    }

    /** A slug that omits a part of the question ends in a hash, which is pinned because a later run is to find the same address. */
    @ParameterizedTest
    @CsvSource({
        "What is a log?, what-is-a-log",
        "'What, then, is a log?', what-then-is-a-log",
        "What's TCP/IP (e.g. at home)?, what-s-tcp-ip-e-g-at-home",
        "'-- a --', a",
        "What is C++?, what-is-c-474d7176",
        "Über die Größe, uber-die-gro-e-ce8e0900",
        "2024年の予定は？, 2024-aa67df4d",
        "なぜ空は青いの, question-7eb5c6a1",
        "???, question-a03b221c",
    })
    void derivesTheSlugFromTheQuestion(String question, String slug) {
        assertThat(Publish.slug(question)).isEqualTo(slug);
    }

    @ParameterizedTest
    @CsvSource({
        "What is C?, What is C++?",
        "What is C++?, What is C#?",
        "Ist es schon da?, Ist es schön da?",
        "2024年の予定は？, 2024年の結果は？",
        "なぜ空は青いの, なぜ海は青いの",
    })
    void differentQuestionsHaveDifferentSlugs(String question, String other) {
        assertThat(Publish.slug(question)).isNotEqualTo(Publish.slug(other));
    }

    @Test
    void questionsThatDifferAtTheirEndHaveDifferentSlugs() {
        String beginning = "word ".repeat(30);
        assertThat(Publish.slug(beginning + "one")).isNotEqualTo(Publish.slug(beginning + "two"));
        assertThat(Publish.slug("w".repeat(100) + "?")).isEqualTo("w".repeat(100));
    }

    @Test
    void aSlugIsAValidPartOfAnAddress() {
        assertThat(Publish.slug("word ".repeat(100)))
                .matches("[a-z0-9-]{1,100}")
                .doesNotEndWith("-");
    }

    private static boolean awaits(CountDownLatch latch) {
        try {
            return latch.await(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Publishes the questions of a file in the collection {@code help}. */
    private int publish(Path directory, String questions) throws IOException {
        Path file = Files.writeString(directory.resolve("questions.txt"), questions);
        return gateway.run("publish", file.toString(), "--collection", "help", "--model", "claude-haiku");
    }
}
