package dev.parley.system;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.StageTimings;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.process.ManagedProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** More streams than there is room for: the surplus is refused at once, the admitted keep their pace. Prints how fast. */
@Tag("faults")
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class AdmissionSystemTest {
    private static final int GENERATIONS_MAX = 40;
    private static final int OPEN_MAX = 100;

    /** One key alone may have half. */
    private static final int OPEN_OF_ONE_KEY = OPEN_MAX / 2;

    private static final int SURPLUS = 60;
    private static final LocalStack STACK = LocalStack.builder()
            .environment(
                    "inference-service",
                    Map.of("PARLEY_INFERENCE_GENERATION_GENERATIONSMAX", Integer.toString(GENERATIONS_MAX)))
            .environment("gateway-service", Map.of("PARLEY_GATEWAY_ANSWER_OPENMAX", Integer.toString(OPEN_MAX)))
            .start();
    private static final Chat CHAT = new Chat(STACK.gateway(0));
    private static final String STEADILY = "first_token_ms=0 tokens_per_second=10 text=\"" + Crowd.TEXT + "\"";
    private static final String BRIEFLY = "first_token_ms=0 tokens_per_second=0 tokens=5";

    private static final Turns TURNS = new Turns(STACK);

    /** What a refused client got, and when. */
    private record Refusal(String generation, int status, String retryAfter, double millis) {}

    @AfterAll
    static void keepsItsPromises() throws Exception {
        Promises.eachRequestHasOneTurn(STACK);
        STACK.close();
    }

    @Test
    void refusesTheSurplusAtOnceAndKeepsThePaceOfTheAdmitted() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Duration alone = longestGap(admitted(threads), () -> {});
            for (String processes : List.of("cold", "warm")) {
                List<Refusal> refusals = new ArrayList<>();
                Duration beside = longestGap(admitted(threads), () -> {
                    for (int i = 0; i < SURPLUS; i++) {
                        refusals.add(refusal());
                    }
                });
                assertThat(refusals).allSatisfy(refusal -> {
                    assertThat(refusal.status()).isEqualTo(529);
                    assertThat(refusal.retryAfter()).isNotEmpty();
                });
                System.out.printf(
                        "%s processes, %d answers at once, %d more refused by inference-service: %s;"
                                + " longest gap within an admitted answer %d ms alone, %d ms beside them%n",
                        processes,
                        GENERATIONS_MAX,
                        SURPLUS,
                        spread(refusals.stream().map(Refusal::millis)),
                        alone.toMillis(),
                        beside.toMillis());
                printStages(refusals);
            }
        }
    }

    /** Where the time of the refusals went, by their turns; the way back is what the client waited besides. */
    private static void printStages(List<Refusal> refusals) throws Exception {
        Map<String, StageTimings> stages = TURNS
                .of(refusals.stream().map(Refusal::generation).toList())
                .stream()
                .map(Turn::facts)
                .collect(toMap(facts -> facts.generation().value(), TurnFacts::timings));
        System.out.printf(
                "in the gateway %s, until the cache was asked %s, until inference-service had refused %s,"
                        + " back to the client %s%n",
                spread(stages.values().stream().map(StageTimings::sessionMs)),
                spread(stages.values().stream().map(StageTimings::cacheMs)),
                spread(stages.values().stream().map(StageTimings::queueMs)),
                spread(refusals.stream()
                        .map(refusal -> refusal.millis()
                                - requireNonNull(stages.get(refusal.generation()))
                                        .totalMs())));
    }

    private static String spread(Stream<Double> millis) {
        List<Double> sorted = millis.sorted().toList();
        return String.format(
                Locale.ROOT,
                "median %.0f, p99 %.0f, most %.0f ms",
                sorted.get(sorted.size() / 2),
                sorted.get(sorted.size() * 99 / 100),
                sorted.getLast());
    }

    @Test
    void boundsTheStreamsOfAKeyAtAGateway() throws Exception {
        ManagedProcess inference = STACK.process("inference-service", 0);
        List<CompletableFuture<Answer>> open = new ArrayList<>();
        inference.pause();
        try {
            for (int i = 0; i < OPEN_OF_ONE_KEY; i++) {
                open.add(CHAT.askAsync(Chat.question(BRIEFLY)));
            }
            Eventually.value(
                    () -> MetricsPage.of(STACK, "gateway-service").sum("parley_gateway_answers_open"),
                    count -> count == OPEN_OF_ONE_KEY);
            Refusal refusal = refusal();
            System.out.printf("%d streams open, one more refused after %.0f ms%n", open.size(), refusal.millis());
            assertThat(refusal.status()).isEqualTo(429);
            assertThat(refusal.retryAfter()).isNotEmpty();
        } finally {
            inference.resume();
        }
        for (CompletableFuture<Answer> each : open) {
            assertThat(each.get(60, TimeUnit.SECONDS).status()).isIn(200, 529);
        }
    }

    private interface Disturbance {
        void happens() throws Exception;
    }

    private static List<Future<Resumer>> admitted(ExecutorService threads) throws Exception {
        List<Resumer> clients = new ArrayList<>();
        List<Future<Resumer>> telling = new ArrayList<>();
        for (int i = 0; i < GENERATIONS_MAX; i++) {
            Resumer client = new Resumer(List.of(CHAT), 0, Chat.question(STEADILY));
            clients.add(client);
            telling.add(threads.submit(client::tell));
        }
        Eventually.value(() -> clients.stream().allMatch(client -> client.characters() > 0), begun -> begun);
        return telling;
    }

    private static Duration longestGap(List<Future<Resumer>> telling, Disturbance disturbance) throws Exception {
        disturbance.happens();
        List<Resumer> told = new ArrayList<>();
        for (Future<Resumer> each : telling) {
            told.add(each.get(60, TimeUnit.SECONDS));
        }
        assertThat(told).allSatisfy(client -> {
            assertThat(client.text()).isEqualTo(Crowd.TEXT);
            assertThat(client.lastType()).isEqualTo("message_stop");
        });
        return told.stream()
                .map(Resumer::longestPause)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static Refusal refusal() throws Exception {
        long asked = System.nanoTime();
        Answer answer = CHAT.ask(Chat.question(BRIEFLY));
        double millis = StageTimings.millis(Duration.ofNanos(System.nanoTime() - asked));
        return new Refusal(answer.generation(), answer.status(), answer.header("retry-after"), millis);
    }
}
