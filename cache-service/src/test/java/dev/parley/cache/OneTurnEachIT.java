package dev.parley.cache;

import static dev.parley.cache.Examples.fingerprint;
import static dev.parley.cache.Examples.frames;
import static dev.parley.cache.Examples.gzip;
import static dev.parley.cache.Examples.requested;
import static dev.parley.cache.Examples.turn;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.ReplyAddress;
import dev.parley.contracts.event.RequestCodec;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.LocalKafka;
import dev.parley.localstack.LocalRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The promise that nothing is lost and each generation ends once, while replicas die and freeze. */
class OneTurnEachIT {
    private static final int QUESTIONS = 40;

    private final List<Fingerprint> kept =
            Stream.generate(Examples::fingerprint).limit(QUESTIONS).toList();
    private final List<ChatRequested> asked = new ArrayList<>();
    private LocalKafka kafka;
    private LocalRedis redis;
    private TopicProbe topics;

    @BeforeEach
    void start() {
        kafka = LocalKafka.start().withTopics();
        redis = LocalRedis.start();
        topics = new TopicProbe(kafka.bootstrapServers());
    }

    @AfterEach
    void stop() {
        topics.close();
        redis.close();
        kafka.close();
    }

    @Test
    void endsEachGenerationOnceThoughReplicasAreKilled() {
        try (ServiceProcess first = ServiceProcess.start("killed", kafka, redis)) {
            keepAnswers(first);
            ask(200);
            first.crash();
            ask(50);
        }
        try (ServiceProcess second = ServiceProcess.start("successor", kafka, redis)) {
            ask(50);
            second.awaitReady();
            List<ChatRequested> last = ask(100);
            assertEachEndedOnce();
            assertThat(last).anyMatch(this::wasServed);
        }
    }

    @Test
    void endsEachGenerationOnceThoughAReplicaFreezesAndWakesUpLate() {
        try (ServiceProcess first = ServiceProcess.start("frozen", kafka, redis);
                ServiceProcess second = ServiceProcess.start("owner", kafka, redis)) {
            keepAnswers(first);
            second.awaitReady();
            ask(100);
            first.freeze();
            ask(100);
            // All that the frozen one had is somebody else's when its session is over.
            assertAllEnded();
            first.thaw();
            List<ChatRequested> last = ask(100);
            assertEachEndedOnce();
            assertThat(last).anyMatch(this::wasServed);
        }
    }

    private void keepAnswers(ServiceProcess service) {
        service.awaitReady();
        for (Fingerprint question : kept) {
            topics.write(TurnCodec.encode(
                    turn(
                            requested(question, CachePolicy.USE),
                            CacheVerdict.MISS,
                            "Because.",
                            "end_turn",
                            Instant.now()),
                    "inference-service",
                    gzip(frames("Because."))));
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            ChatRequested last = ask(kept.getLast());
            await().atMost(Duration.ofSeconds(10)).until(() -> ended(last));
            return !topics.seen(Topics.TURNS, of(last)).isEmpty();
        });
    }

    /** Half of them repeat kept questions. Does not wait for the broker, so that replicas have several in hand. */
    private List<ChatRequested> ask(int count) {
        for (int i = 0; i < count; i++) {
            ask(i % 2 == 0 ? kept.get(i % QUESTIONS) : fingerprint());
        }
        return asked.subList(asked.size() - count, asked.size());
    }

    private ChatRequested ask(Fingerprint question) {
        ChatRequested requested = requested(
                question,
                CachePolicy.USE,
                new ReplyAddress(ThreadLocalRandom.current().nextInt(24), 0),
                Instant.now());
        topics.send(RequestCodec.encode(requested));
        asked.add(requested);
        return requested;
    }

    private void assertAllEnded() {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            topics.poll(Duration.ofMillis(50));
            assertThat(asked).allMatch(this::ended);
        });
    }

    private void assertEachEndedOnce() {
        assertAllEnded();
        // What a late replica might still do.
        await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
        topics.poll(Duration.ofSeconds(1));
        for (ChatRequested each : asked) {
            List<ConsumerRecord<String, byte[]>> passedOn = topics.seen(Topics.INFERENCE, of(each));
            int turns = topics.seen(Topics.TURNS, of(each)).size();
            assertThat(turns).isLessThanOrEqualTo(1);
            if (turns == 1 || passedOn.size() > 1) {
                // Inference-service is told to look before it acts; the first of several may have been sure.
                assertThat(passedOn.stream().skip(turns == 1 ? 0 : 1))
                        .noneMatch(event -> RequestCodec.decodeInferenceRequested(event.headers(), event.value())
                                .fresh(topics.seenAt(event)));
            }
            assertThat(topics.seen(Topics.DELTAS, keyed(each)).stream()
                            .map(DeltaCodec::decode)
                            .filter(Frames.class::isInstance))
                    .hasSizeLessThanOrEqualTo(1);
        }
    }

    /** How many are served hangs on the machine: a look-up that takes too long passes the request on. */
    private boolean wasServed(ChatRequested each) {
        return !topics.seen(Topics.TURNS, of(each)).isEmpty();
    }

    private boolean ended(ChatRequested each) {
        topics.poll(Duration.ZERO);
        return wasServed(each) || !topics.seen(Topics.INFERENCE, of(each)).isEmpty();
    }

    private static Predicate<ConsumerRecord<String, byte[]>> of(ChatRequested requested) {
        return found -> new EventHeaders(found.headers())
                .find(CloudEvent.GENERATION)
                .equals(Optional.of(requested.generation().value()));
    }

    private static Predicate<ConsumerRecord<String, byte[]>> keyed(ChatRequested requested) {
        return found -> requested.generation().value().equals(found.key());
    }
}
