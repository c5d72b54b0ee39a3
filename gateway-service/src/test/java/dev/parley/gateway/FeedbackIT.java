package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.AnswerRated;
import dev.parley.contracts.event.AnswerRated.Rating;
import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.id.AnswerFormat;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.LocalKafka;
import dev.parley.localstack.TopicLog;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeedbackIT {
    private static final TenantId ACME = new TenantId("acme");
    private static final int PER_MINUTE = 600;

    private static LocalKafka kafka;
    private static RunningGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        kafka = LocalKafka.start().withTopics();
        gateway = RunningGateway.start(kafka.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        kafka.close();
    }

    @Test
    void publishesTheRatingOfAnOwnAnswer() throws Exception {
        GenerationId generation = own();

        HttpResponse<String> up = rate(generation.value(), "{\"rating\":\"up\"}");
        HttpResponse<String> down = rate(generation.value(), "{\"rating\":\"down\",\"comment\":\"Another shop.\"}");

        assertThat(List.of(up.statusCode(), down.statusCode())).containsExactly(200, 200);
        assertThat(down.body()).contains("\"rating\":\"down\"", generation.value());
        assertThat(ratings(generation)).extracting(AnswerRated::rating).containsExactly(Rating.UP, Rating.DOWN);
        assertThat(ratings(generation)).extracting(AnswerRated::comment).containsExactly("", "Another shop.");
        assertThat(ratings(generation)).extracting(AnswerRated::tenant).containsOnly(ACME);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{                                  | not valid JSON",
                "[]                                 | not a JSON object",
                "{}                                 | rating: Input should be",
                "{\"rating\":\"sideways\"}          | rating: Input should be",
                "{\"rating\":true}                  | rating: Input should be",
                "{\"rating\":\"up\",\"stars\":5}     | stars: Extra inputs",
                "{\"rating\":\"up\",\"comment\":5}   | comment: Input should be",
                "{\"rating\":\"up\",\"comment\":\"\\ud800\"} | half of a surrogate pair",
            })
    void explainsABadBody(String body, String explanation) throws Exception {
        HttpResponse<String> refused = rate(own().value(), body);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("\"type\":\"invalid_request_error\"", explanation);
    }

    @Test
    void boundsTheComment() throws Exception {
        String longest = "{\"rating\":\"up\",\"comment\":\"" + "x".repeat(2_000) + "\"}";
        assertThat(rate(own().value(), longest).statusCode()).isEqualTo(200);
        assertThat(rate(own().value(), longest.replace("xx\"", "xxx\"")).statusCode())
                .isEqualTo(400);
        assertThat(rate(own().value(), longest.replace("x", "xxxxxxxxxxxxxxxxxxxx"))
                        .statusCode())
                .isEqualTo(413);
    }

    @Test
    void boundsTheFeedbackOfATenantInAMinute() throws Exception {
        GenerationId generation = RunningGateway.IDS.next(
                Clock.systemUTC(), 1, new TenantId("other"), AnswerFormat.MESSAGES, Optional.empty());
        var request = gateway.request("/v1/generations/" + generation + "/feedback")
                .setHeader("x-api-key", RunningGateway.OTHER)
                .POST(BodyPublishers.ofString("{\"rating\":\"up\"}"));
        int published = 0;
        HttpResponse<String> response = gateway.text(request);
        // More than once 600 only if a minute ends meanwhile.
        while (response.statusCode() == 200 && published < 2 * PER_MINUTE) {
            published++;
            response = gateway.text(request);
        }
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.body()).contains("rate_limit_error", "Too many answers are rated.");
        assertThat(Integer.parseInt(response.headers().firstValue("retry-after").orElseThrow()))
                .isBetween(1, 60);
        assertThat(published).isGreaterThanOrEqualTo(PER_MINUTE);
        assertThat(ratings(generation)).hasSize(published);
        assertThat(rate(own().value(), "{\"rating\":\"up\"}").statusCode())
                .as("of another tenant")
                .isEqualTo(200);
    }

    @Test
    void knowsNoAnswerOfAnotherTenant() throws Exception {
        GenerationId other = RunningGateway.IDS.next(
                Clock.systemUTC(), 1, new TenantId("other"), AnswerFormat.MESSAGES, Optional.empty());
        assertThat(rate(other.value(), "{\"rating\":\"up\"}").statusCode()).isEqualTo(404);
        assertThat(rate("gen_1", "{\"rating\":\"up\"}").statusCode()).isEqualTo(400);
        assertThat(ratings(other)).isEmpty();
    }

    private static GenerationId own() {
        return RunningGateway.IDS.next(Clock.systemUTC(), 1, ACME, AnswerFormat.MESSAGES, Optional.empty());
    }

    private static HttpResponse<String> rate(String generation, String body) throws Exception {
        return gateway.text(gateway.request("/v1/generations/" + generation + "/feedback")
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private static List<AnswerRated> ratings(GenerationId generation) {
        try (TopicLog turns = new TopicLog(kafka.bootstrapServers(), Topics.TURNS)) {
            return turns.all().stream()
                    .map(event -> (AnswerRated) ChangeCodec.decode(event.headers(), event.value()))
                    .filter(rated -> rated.generation().equals(generation))
                    .toList();
        }
    }
}
