package dev.parley.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.simulator.Simulator;
import dev.parley.simulator.SimulatorSettings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Against the simulated Claude. */
class LoadGeneratorIT {
    private static final Simulator CLAUDE =
            Simulator.start(SimulatorSettings.from(Map.of("PARLEY_SIMULATOR_PORT", "0")));
    private static final LoadGenerator GENERATOR = new LoadGenerator();

    private final Questions questions = new Questions(1);

    @AfterAll
    static void end() {
        GENERATOR.close();
        CLAUDE.close();
    }

    private static LoadResult run(List<Request.Question> requests) {
        return run(500, requests);
    }

    private static LoadResult run(double rate, List<Request.Question> requests) {
        return GENERATOR.run(new Load(endpoint(), Arrivals.random(rate, requests.size(), 1), requests));
    }

    private static Endpoint endpoint() {
        return new Endpoint(
                CLAUDE.uri(), "/v1/messages", Map.of("x-api-key", "simulated", "anthropic-version", "2023-06-01"));
    }

    private static Request.Question asking(String directives, String answer) {
        return new Request.Question(
                ("{\"model\":\"claude-opus-5-5\",\"max_tokens\":99,\"stream\":true,\"messages\":[{\"role\":\"user\","
                        + "\"content\":\"Why? [[sim: first_token_ms=0 tokens_per_second=0 " + directives
                        + "]]\"}]}"),
                answer);
    }

    @Test
    void countsRightAnswersAndTheirPieces() {
        LoadResult result = run(questions.next(200, 50, AnswerTiming.AT_ONCE));
        assertThat(result.firstError()).isEmpty();
        assertThat(result.answered()).isEqualTo(200);
        assertThat(result.pieces()).isEqualTo(200 * 50);
        assertThat(result.toFirstText().getTotalCount()).isEqualTo(200);
        assertThat(result.toEnd().getTotalCount()).isEqualTo(200);
    }

    @Test
    void connectsAgainAfterThousandsOfConnectionsWereClosed() {
        LoadResult first = run(2_000, questions.next(2_000, 1, new AnswerTiming(1_500, 0)));
        assertThat(first.firstError()).isEmpty();
        GENERATOR.disconnect();
        LoadResult second =
                run(List.of(questions.next(1, 1, AnswerTiming.AT_ONCE).getFirst()));
        assertThat(second.firstError()).isEmpty();
    }

    /** As after a scenario that has failed: what it has begun must not load the next one. */
    @Test
    void sendsNothingMoreOfARunThatWasDisconnected() throws InterruptedException {
        List<Request.Question> requests = questions.next(2_000, 1, AnswerTiming.AT_ONCE);
        AtomicInteger responses = new AtomicInteger();
        CountDownLatch begun = new CountDownLatch(1);
        var running = GENERATOR.begin(
                new Load(endpoint(), Arrivals.even(100, requests.size()), requests).withHeads((_, _) -> {
                    responses.incrementAndGet();
                    begun.countDown();
                }));
        assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

        GENERATOR.disconnect();

        int before = responses.get();
        assertThat(running).isCompleted();
        assertThat(run(100, questions.next(20, 1, AnswerTiming.AT_ONCE)).firstError())
                .isEmpty();
        assertThat(responses).hasValue(before);
    }

    @Test
    void passesOnTheHeadersOfEachResponse() {
        List<Request.Question> requests = questions.next(20, 1, AnswerTiming.AT_ONCE);
        Map<Request, String> types = new ConcurrentHashMap<>();

        GENERATOR.run(new Load(endpoint(), Arrivals.even(500, requests.size()), requests)
                .withHeads((request, headers) -> types.put(request, headers.get("content-type"))));

        assertThat(types).containsOnlyKeys(requests.toArray(Request[]::new));
        assertThat(types.values()).allSatisfy(type -> assertThat(type).startsWith("text/event-stream"));
    }

    @Test
    void doesNotCountAnotherText() {
        LoadResult result = run(List.of(asking("text=\\\"one two\\\"", "one three")));
        assertThat(result.answered()).isZero();
        assertThat(result.firstError()).isEqualTo("wrong text");
    }

    @Test
    void doesNotCountAnswersThatBreakOff() {
        LoadResult result = run(List.of(
                asking("text=\\\"one two\\\" fault=cut after=1", "one two"),
                asking("text=\\\"one two\\\" fault=close after=1", "one two"),
                asking("text=\\\"one two\\\" fault=error after=1", "one two"),
                asking("fault=overloaded", "one two")));
        assertThat(result.answered()).isZero();
        assertThat(result.errors()).isEqualTo(4);
    }

    @Test
    void reportsTheBodyOfAnErrorResponse() {
        LoadResult result = run(List.of(asking("fault=overloaded", "one")));
        assertThat(result.firstError()).startsWith("status 529:").contains("overloaded_error");
    }
}
