package dev.parley.localstack.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /** Questions that are not asked yet, for which a slow one waits. */
    private final CountDownLatch asked = new CountDownLatch(6);

    /** Whether the next question is one too many in this minute. */
    private final AtomicBoolean tooMany = new AtomicBoolean();

    @BeforeEach
    void serve() {
        gateway.serve(exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            String path = exchange.getRequestURI().getPath();
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
        assertThat(publish(directory, "What is C?\nWhat is C++?\nWhat is C?\n")).isEqualTo(1);
        assertThat(published)
                .containsOnly(Map.entry("PUT /v1/collections/help/questions/what-is-c with the-key", "What is C?"));
        assertThat(gateway.err()).contains("What is C++?: it would replace \"What is C?\", which has the same address");
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

    @ParameterizedTest
    @CsvSource({
        "What is a log?, what-is-a-log",
        "Über die Größe, uber-die-gro-e",
        "'-- a --', a",
    })
    void derivesTheSlugFromTheQuestion(String question, String slug) {
        assertThat(Publish.slug(question)).isEqualTo(slug);
    }

    @Test
    void aSlugIsAValidPartOfAnAddress() {
        assertThat(Publish.slug("なぜ空は青いの")).matches("question-[0-9a-f]+");
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
