package dev.parley.system;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.event.StageTimings;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.localstack.LocalStack;
import dev.parley.localstack.process.ManagedProcess;
import dev.parley.localstack.stack.StackSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Requests beyond the limits: they are rejected at once, and admitted streams keep their pace. Prints the latencies.
 */
@FaultStory
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class AdmissionSystemTest {
    private static final int GENERATIONS_MAX = 40;
    private static final int OPEN_MAX = 100;

    /** The share of one key is at most half. */
    private static final int OPEN_PER_KEY = OPEN_MAX / 2;

    /** Of one key: the last fifth is for others. */
    private static final int GENERATIONS_PER_KEY = GENERATIONS_MAX / 5 * 4;

    private static final int SURPLUS = 60;

    /** So that no key has more open streams than it may. */
    private static final int SURPLUS_AT_ONCE = 10;

    /** A stream that a rejection delays stands for 5 s or more; other pauses are those of a busy machine. */
    private static final Duration PAUSE_MAX = Duration.ofSeconds(4);

    private static final LocalStack STACK = LocalStack.start(new StackSettings()
            .environment(
                    "inference-service",
                    Map.of("PARLEY_INFERENCE_GENERATION_GENERATIONSMAX", Integer.toString(GENERATIONS_MAX)))
            .environment("gateway-service", Map.of("PARLEY_GATEWAY_ANSWER_OPENMAX", Integer.toString(OPEN_MAX))));
    private static final ChatClient CHAT = new ChatClient(STACK.gateway(0));

    /** 24 s: all surplus requests are rejected meanwhile on a slow machine, too. */
    private static final String STEADILY = LongAnswer.at(5);

    private static final String BRIEFLY = "first_token_ms=0 tokens_per_second=0 tokens=5";

    private static final TurnEvents TURNS = new TurnEvents(STACK);

    /** The rejection that a client received, and its latency. */
    private record Refusal(String generation, int status, String retryAfter, double millis) {}

    private static ChatClient other;

    @BeforeAll
    static void issueAKey() throws Exception {
        other = new ChatClient(
                STACK.gateway(0),
                IssuedKey.with(STACK, List.of("claude-opus"), Map.of()).secret());
    }

    @AfterAll
    static void guaranteesHold() throws Exception {
        DeliveryGuarantees.eachRequestHasOneTurn(STACK);
        STACK.close();
    }

    @Test
    void refusesSurplusRequestsAtOnceWithoutSlowingAdmittedStreams() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                ExecutorService surplus = Executors.newFixedThreadPool(SURPLUS_AT_ONCE)) {
            Duration alone = longestGap(admitted(threads));
            for (String processes : List.of("cold", "warm")) {
                List<Future<ResumingClient>> running = admitted(threads);
                List<Refusal> refusals = new ArrayList<>();
                List<Callable<Refusal>> requests = Collections.nCopies(SURPLUS, AdmissionSystemTest::refusal);
                for (Future<Refusal> each : surplus.invokeAll(requests)) {
                    refusals.add(each.get());
                }
                assertThat(running).as("admitted answers after the rejections").noneMatch(Future::isDone);
                Duration withRefusals = longestGap(running);
                assertThat(refusals).allSatisfy(refusal -> {
                    assertThat(refusal.status()).isEqualTo(529);
                    assertThat(refusal.retryAfter()).isNotEmpty();
                });
                assertThat(withRefusals).isLessThan(PAUSE_MAX);
                System.out.printf(
                        "%s processes, %d concurrent answers, %d more rejected by inference-service: %s;"
                                + " longest gap within an admitted answer %d ms without and %d ms with rejections%n",
                        processes,
                        GENERATIONS_MAX,
                        SURPLUS,
                        spread(refusals.stream().map(Refusal::millis)),
                        alone.toMillis(),
                        withRefusals.toMillis());
                printStages(refusals);
            }
        }
    }

    /** Prints the stages of the rejections from their turns; the rest of the client's latency is the way back. */
    private static void printStages(List<Refusal> refusals) throws Exception {
        Map<String, StageTimings> stages = TURNS
                .of(refusals.stream().map(Refusal::generation).toList())
                .stream()
                .map(Turn::facts)
                .collect(toMap(facts -> facts.generation().value(), TurnFacts::timings));
        System.out.printf(
                "gateway %s, cache lookup %s, rejection by inference-service %s, back to the client %s%n",
                spread(stages.values().stream().map(StageTimings::sessionMs)),
                spread(stages.values().stream().map(StageTimings::cacheMs)),
                spread(stages.values().stream()
                        .map(timings -> timings.totalMs() - timings.sessionMs() - timings.cacheMs())),
                spread(refusals.stream()
                        .map(refusal -> refusal.millis()
                                - requireNonNull(stages.get(refusal.generation()))
                                        .totalMs())));
    }

    private static String spread(Stream<Double> millis) {
        List<Double> sorted = millis.sorted().toList();
        return String.format(
                Locale.ROOT,
                "median %.0f, p99 %.0f, max %.0f ms",
                sorted.get(sorted.size() / 2),
                sorted.get(sorted.size() * 99 / 100),
                sorted.getLast());
    }

    @Test
    void limitsOpenStreamsPerKey() throws Exception {
        ManagedProcess inference = STACK.process("inference-service", 0);
        List<CompletableFuture<Answer>> open = new ArrayList<>();
        inference.pause();
        try {
            for (int i = 0; i < OPEN_PER_KEY; i++) {
                open.add(CHAT.askAsync(ChatClient.question(BRIEFLY)));
            }
            Eventually.value(
                    () -> MetricsPage.of(STACK, "gateway-service").sum("parley_gateway_answers_open"),
                    count -> count == OPEN_PER_KEY);
            Refusal refusal = refusal();
            System.out.printf("%d streams open, one more rejected after %.0f ms%n", open.size(), refusal.millis());
            assertThat(refusal.status()).isEqualTo(429);
            assertThat(refusal.retryAfter()).isNotEmpty();
        } finally {
            inference.resume();
        }
        for (CompletableFuture<Answer> each : open) {
            assertThat(each.get(60, TimeUnit.SECONDS).status()).isIn(200, 429, 529);
        }
    }

    /** Takes all places: as many as it may by one key, the others by another, while the first one is refused. */
    private static List<Future<ResumingClient>> admitted(ExecutorService threads) throws Exception {
        List<Future<ResumingClient>> running = new ArrayList<>(begin(threads, CHAT, GENERATIONS_PER_KEY));
        Refusal refusal = refusal();
        assertThat(refusal.status()).isEqualTo(429);
        assertThat(refusal.retryAfter()).isNotEmpty();
        running.addAll(begin(threads, other, GENERATIONS_MAX - GENERATIONS_PER_KEY));
        return running;
    }

    private static List<Future<ResumingClient>> begin(ExecutorService threads, ChatClient chat, int count)
            throws Exception {
        List<ResumingClient> clients = new ArrayList<>();
        List<Future<ResumingClient>> running = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ResumingClient client = new ResumingClient(List.of(chat), 0, ChatClient.question(STEADILY));
            clients.add(client);
            running.add(threads.submit(client::run));
        }
        Eventually.value(() -> clients.stream().allMatch(client -> client.characters() > 0), begun -> begun);
        return running;
    }

    private static Duration longestGap(List<Future<ResumingClient>> running) throws Exception {
        List<ResumingClient> finished = new ArrayList<>();
        for (Future<ResumingClient> each : running) {
            finished.add(each.get(60, TimeUnit.SECONDS));
        }
        assertThat(finished).allSatisfy(client -> {
            assertThat(client.resumed()).isZero();
            assertThat(client.text()).isEqualTo(LongAnswer.TEXT);
            assertThat(client.lastType()).isEqualTo("message_stop");
        });
        return finished.stream()
                .map(ResumingClient::longestPause)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static Refusal refusal() throws Exception {
        long sentAt = System.nanoTime();
        Answer answer = CHAT.ask(ChatClient.question(BRIEFLY));
        double millis = StageTimings.millis(Duration.ofNanos(System.nanoTime() - sentAt));
        return new Refusal(answer.generation(), answer.status(), answer.header("retry-after"), millis);
    }
}
