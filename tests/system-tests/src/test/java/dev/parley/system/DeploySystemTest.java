package dev.parley.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.localstack.LocalStack;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A rolling restart of each service under steady load: a resuming client loses no stream. */
@FaultStory
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DeploySystemTest {
    private static final int TRIES_MAX = 50;
    private static final LocalStack STACK = ReplicatedStack.get();
    private static final ChatClient[] GATEWAYS = {new ChatClient(STACK.gateway(0)), new ChatClient(STACK.gateway(1))};
    private static final String TEXT =
            IntStream.range(0, 60).mapToObj(i -> "word" + i).collect(Collectors.joining(" "));
    private static final String SLOWLY = "first_token_ms=100 tokens_per_second=30 text=\"" + TEXT + "\"";

    private final AtomicInteger resumed = new AtomicInteger();

    @AfterAll
    static void guaranteesHold() throws Exception {
        DeliveryGuarantees.eachRequestHasOneTurn(STACK);
    }

    @ParameterizedTest
    @ValueSource(strings = {"inference-service", "cache-service", "persistence-worker", "gateway-service"})
    void aRollingRestartInterruptsNoStream(String service) throws Exception {
        try (ScheduledExecutorService arrivals = Executors.newSingleThreadScheduledExecutor();
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> texts = new ArrayList<>();
            CountDownLatch some = new CountDownLatch(8);
            var steady = arrivals.scheduleAtFixedRate(
                    () -> {
                        int number = texts.size();
                        texts.add(clients.submit(() -> run(number)));
                        some.countDown();
                    },
                    0,
                    250,
                    TimeUnit.MILLISECONDS);
            assertThat(some.await(30, TimeUnit.SECONDS)).isTrue();
            for (int replica = 0; replica < 2; replica++) {
                STACK.process(service, replica).stop();
                STACK.process(service, replica).restart();
            }
            steady.cancel(false);
            arrivals.shutdown();
            assertThat(arrivals.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
            assertThat(texts).hasSizeGreaterThan(20);
            for (Future<String> text : texts) {
                assertThat(text.get(90, TimeUnit.SECONDS)).isEqualTo(TEXT);
            }
            System.out.printf(
                    "%s restarted under %d streams, of which %d were resumed%n", service, texts.size(), resumed.get());
            if (!service.equals("gateway-service")) {
                assertThat(resumed).as("streams lost without resuming").hasValue(0);
            }
        }
    }

    /** Sends a request, and resumes the stream until it is complete. */
    private String run(int number) throws Exception {
        StreamedAnswer reading = ask(number);
        StringBuilder text = new StringBuilder(reading.toTheEnd().text());
        String lastId = reading.lastId();
        for (int i = 0; i < TRIES_MAX && !reading.lastType().equals("message_stop"); i++) {
            assertThat(reading.lastType()).isNotEqualTo("error");
            resumed.incrementAndGet();
            try (StreamedAnswer more =
                    GATEWAYS[(number + i + 1) % 2].readAt(reading.eventsPath(), "last-event-id", lastId)) {
                more.toTheEnd();
                text.append(more.text());
                lastId = more.lastId().isEmpty() ? lastId : more.lastId();
                if (more.lastType().equals("message_stop")) {
                    break;
                }
            } catch (IOException e) {
                pause();
            }
        }
        return text.toString();
    }

    private static StreamedAnswer ask(int number) throws Exception {
        for (int i = 0; i < TRIES_MAX; i++) {
            try {
                StreamedAnswer reading = GATEWAYS[(number + i) % 2].read(ChatClient.question(SLOWLY));
                if (reading.status() == 200) {
                    return reading;
                }
                assertThat(reading.status()).isEqualTo(503);
            } catch (IOException e) {
                // This gateway is restarting; try the other one.
            }
            pause();
        }
        throw new AssertionError("no gateway accepts the request");
    }

    private static void pause() throws InterruptedException {
        boolean _ = new CountDownLatch(1).await(100, TimeUnit.MILLISECONDS);
    }
}
