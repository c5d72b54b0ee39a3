package dev.parley.cache;

import static dev.parley.cache.Examples.fingerprint;
import static dev.parley.cache.Examples.frames;
import static dev.parley.cache.Examples.gzip;
import static dev.parley.cache.Examples.requested;
import static dev.parley.cache.Examples.turn;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.cache.answer.AnswerKey;
import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.CloudEvent;
import dev.parley.contracts.event.DeadLetter;
import dev.parley.contracts.event.EventHeaders;
import dev.parley.contracts.event.InferenceRequested;
import dev.parley.contracts.event.ReplyAddress;
import dev.parley.contracts.event.RequestCodec;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.topic.Topics;
import dev.parley.localstack.LocalKafka;
import dev.parley.localstack.LocalRedis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole service with a real broker and a real Redis. */
class CacheServiceIT {
    private static LocalKafka kafka;
    private static LocalRedis redis;
    private static ServiceUnderTest service;

    private TopicProbe topics;

    @BeforeAll
    static void start() {
        kafka = LocalKafka.start().withTopics();
        redis = LocalRedis.start();
        service = ServiceUnderTest.start(kafka, redis);
    }

    @AfterAll
    static void stop() {
        service.close();
        redis.close();
        kafka.close();
    }

    @BeforeEach
    void watch() {
        topics = new TopicProbe(kafka.bootstrapServers());
        // Whatever the test before has done to Redis is over.
        Fingerprint question = fingerprint();
        keep(question, frames("Because."));
        askUntilHit(question);
    }

    @AfterEach
    void unwatch() {
        topics.close();
    }

    @Test
    void passesOnAQuestionThatIsNew() {
        ChatRequested requested = ask(fingerprint(), CachePolicy.USE);
        InferenceRequested passedOn = awaitPassedOn(requested);
        assertThat(passedOn.verdict()).isEqualTo(CacheVerdict.MISS);
        assertThat(passedOn.requested()).usingRecursiveComparison().isEqualTo(requested);
        assertThat(passedOn.decidedAt()).isBetween(requested.receivedAt(), Instant.now());
        assertThat(doubtful(requested)).isFalse();
        assertThat(topics.seen(Topics.INFERENCE, of(requested)).getFirst().key())
                .isEqualTo(requested.fingerprint().value());
    }

    @Test
    void givesTheAnswerToARepeatedQuestion() {
        Fingerprint question = fingerprint();
        byte[] frames = frames("Because.");
        keep(question, frames);

        ChatRequested again = askUntilHit(question);
        assertThat(awaitAnswer(again)).isEqualTo(frames);
        ChatCompleted turn = awaitTurn(again);
        assertThat(turn.facts().cache()).isEqualTo(CacheVerdict.EXACT);
        assertThat(turn.message().at("/content/0/text").stringValue()).isEqualTo("Because.");
        assertThat(topics.await(Topics.DELTAS, 2, keyed(again)).stream()
                        .map(DeltaCodec::decode)
                        .toList()
                        .getLast())
                .isEqualTo(new Recorded(again.generation(), 1, 1));
        assertThat(topics.seen(Topics.INFERENCE, of(again))).isEmpty();
    }

    @Test
    void sendsALongAnswerInPieces() {
        Fingerprint question = fingerprint();
        StringBuilder frames = new StringBuilder();
        for (int i = 0; i < 20_000; i++) {
            frames.append("data: ")
                    .append(ThreadLocalRandom.current().nextInt())
                    .append(" ")
                    .append("-".repeat(60))
                    .append("\n\n");
        }
        byte[] bytes = frames.toString().getBytes(UTF_8);
        keep(question, bytes);

        ChatRequested again = askUntilHit(question);
        awaitTurn(again);
        assertThat(awaitAnswer(again)).isEqualTo(bytes);
        assertThat(topics.seen(Topics.DELTAS, keyed(again)))
                .hasSizeGreaterThan(3)
                .allSatisfy(piece -> assertThat(piece.value()).hasSizeLessThanOrEqualTo(512 * 1024));
    }

    @ParameterizedTest
    @EnumSource(
            value = CachePolicy.class,
            names = {"NO_CACHE", "NO_STORE"})
    void passesByTheCacheForWhoWantsANewAnswer(CachePolicy policy) {
        Fingerprint question = fingerprint();
        keep(question, frames("Because."));
        ChatRequested again = ask(question, policy);
        assertThat(awaitPassedOn(again).verdict()).isEqualTo(CacheVerdict.BYPASS);
        assertThat(topics.seen(Topics.DELTAS, keyed(again))).isEmpty();
    }

    @Test
    void missesWhenRedisWasWiped() throws IOException {
        Fingerprint question = fingerprint();
        keep(question, frames("Because."));
        wipe();
        assertThat(awaitPassedOn(ask(question, CachePolicy.USE)).verdict()).isEqualTo(CacheVerdict.MISS);
        keep(question, frames("Because."));
        assertThat(awaitAnswer(askUntilHit(question))).isEqualTo(frames("Because."));
    }

    @Test
    void missesWhileRedisIsDownAndHitsWhenItIsBack() {
        Fingerprint question = fingerprint();
        keep(question, frames("Because."));
        redis.crash();
        try {
            for (int i = 0; i < 20; i++) {
                assertMissed(question);
            }
            assertThat(service.status("/actuator/health/readiness")).isEqualTo(200);
            assertThat(service.status("/actuator/health/liveness")).isEqualTo(200);
        } finally {
            redis.restart();
        }
        keep(question, frames("Because."));
        askUntilHit(question);
    }

    @Test
    void missesWhileRedisHangsAndHitsWhenItGoesOn() {
        Fingerprint question = fingerprint();
        keep(question, frames("Because."));
        redis.pause();
        try {
            for (int i = 0; i < 40; i++) {
                assertMissed(question);
            }
        } finally {
            redis.resume();
        }
        // The breaker is open.
        assertThat(service.timed("parley.cache.lookup", "outcome", "refused"))
                .as("requests for which Redis was not even asked")
                .isPositive();
        askUntilHit(question);
    }

    @Test
    void putsAPoisonedRequestAsideAndServesItsNeighbours() {
        Fingerprint question = fingerprint();
        ChatRequested before = ask(question, CachePolicy.USE);
        ProducerRecord<String, byte[]> poison = RequestCodec.encode(requested(question, CachePolicy.USE));
        String mark = poison.key() + "-poison";
        poison.headers().remove(CloudEvent.REPLY_OFFSET).add("mark", mark.getBytes(UTF_8));
        long offset = topics.write(poison).offset();
        ChatRequested after = ask(question, CachePolicy.USE);

        awaitPassedOn(before);
        awaitPassedOn(after);
        assertOneDeadLetter(Topics.REQUESTS.dead(), mark, offset, CloudEvent.REPLY_OFFSET);
    }

    @Test
    void leavesAPoisonedTurnOutAndKeepsItsNeighbours() {
        Fingerprint before = fingerprint();
        Fingerprint after = fingerprint();
        ProducerRecord<String, byte[]> good = encodedTurn(before, frames("Because."));
        topics.write(good);
        ProducerRecord<String, byte[]> poison =
                new ProducerRecord<>(good.topic(), null, good.key(), "{\"facts\":".getBytes(UTF_8), good.headers());
        topics.write(poison);
        topics.write(encodedTurn(after, frames("Because.")));

        awaitKept(before);
        awaitKept(after);
    }

    @Test
    void servesABurstOnceEach() {
        Fingerprint question = fingerprint();
        keep(question, frames("Because."));
        List<ChatRequested> burst = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            burst.add(ask(question, CachePolicy.USE));
        }
        burst.forEach(this::awaitEnd);
        topics.poll(Duration.ofMillis(300));
        int hits = 0;
        for (ChatRequested each : burst) {
            // A look-up that is late on a busy machine is a miss; but never both.
            int turns = topics.seen(Topics.TURNS, of(each)).size();
            assertThat(turns + topics.seen(Topics.INFERENCE, of(each)).size()).isEqualTo(1);
            assertThat(topics.seen(Topics.DELTAS, keyed(each))).hasSize(2 * turns);
            hits += turns;
        }
        assertThat(hits).isGreaterThan(burst.size() / 2);
    }

    @Test
    void losesNothingAndRepeatsNoTurnWhenTheBrokerHangs() {
        Fingerprint question = fingerprint();
        keep(question, frames("Because."));
        List<ChatRequested> asked = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            asked.add(ask(i % 2 == 0 ? question : fingerprint(), CachePolicy.USE));
            if (i == 20) {
                kafka.pause();
                try {
                    // Longer than a consumer's session and a producer's request.
                    await().pollDelay(Duration.ofSeconds(7)).until(() -> true);
                } finally {
                    kafka.resume();
                }
            }
        }
        for (ChatRequested each : asked) {
            awaitEnd(each);
        }
        topics.poll(Duration.ofMillis(500));
        for (ChatRequested each : asked) {
            assertThat(topics.seen(Topics.TURNS, of(each))).hasSizeLessThanOrEqualTo(1);
        }
    }

    @Test
    void goesOnWithAllThatWasAskedWhenItIsRestarted() {
        Fingerprint question = fingerprint();
        keep(question, frames("Because."));
        ChatRequested before = askUntilHit(question);
        awaitTurn(before);
        service.close();
        ChatRequested meanwhile = ask(question, CachePolicy.USE);
        service = ServiceUnderTest.start(kafka, redis);

        // Somebody else may have begun it: inference-service finds out, not we.
        awaitPassedOn(meanwhile);
        assertThat(doubtful(meanwhile)).isTrue();
        assertThat(awaitAnswer(askUntilHit(question))).isEqualTo(frames("Because."));
        topics.poll(Duration.ofMillis(500));
        assertThat(topics.seen(Topics.TURNS, of(before))).hasSize(1);
        assertThat(topics.seen(Topics.INFERENCE, of(before))).isEmpty();
        assertThat(topics.seen(Topics.TURNS, of(meanwhile))).isEmpty();
    }

    @Test
    void showsItsMetrics() {
        Fingerprint question = fingerprint();
        keep(question, frames("Because."));
        awaitTurn(askUntilHit(question));
        awaitPassedOn(ask(fingerprint(), CachePolicy.USE));
        assertThat(service.get("/actuator/prometheus").body())
                .contains("parley_cache_requests_total{cause=\"found\",verdict=\"exact\"}")
                .contains("parley_cache_requests_total{cause=\"not_found\",verdict=\"miss\"}")
                .contains("parley_cache_lookup_seconds_bucket{outcome=\"found\"")
                .contains("parley_cache_turns_total{outcome=\"kept\"}")
                .contains("parley_cache_keep_seconds_count")
                .contains("parley_cache_transaction_seconds_count")
                .contains("parley_stage_seconds_count{stage=\"cache\"}")
                .contains("resilience4j_circuitbreaker_state{name=\"redis\",state=\"closed\"")
                .contains("kafka_producer_record_send_total")
                .contains("kafka_consumer_fetch_manager_records_lag");
    }

    private ChatRequested ask(Fingerprint question, CachePolicy policy) {
        ChatRequested requested = requested(
                question, policy, new ReplyAddress(ThreadLocalRandom.current().nextInt(24), 0), Instant.now());
        topics.write(RequestCodec.encode(requested));
        return requested;
    }

    /** Has the answer come as if inference-service had given it, and waits until it is kept. */
    private void keep(Fingerprint question, byte[] frames) {
        topics.write(encodedTurn(question, frames));
        awaitKept(question);
    }

    private static ProducerRecord<String, byte[]> encodedTurn(Fingerprint question, byte[] frames) {
        return TurnCodec.encode(
                turn(requested(question, CachePolicy.USE), CacheVerdict.MISS, "Because.", "end_turn", Instant.now()),
                "inference-service",
                gzip(frames));
    }

    private static void awaitKept(Fingerprint question) {
        await().atMost(Duration.ofSeconds(20))
                .ignoreExceptions()
                .until(() -> service.keeps(new AnswerKey(Examples.TENANT, question)));
    }

    /** A look-up may be late, or the breaker open still: asks until the kept answer comes. */
    private ChatRequested askUntilHit(Fingerprint question) {
        return await().atMost(Duration.ofSeconds(20))
                .until(
                        () -> {
                            ChatRequested requested = ask(question, CachePolicy.USE);
                            awaitEnd(requested);
                            return requested;
                        },
                        requested ->
                                topics.seen(Topics.INFERENCE, of(requested)).isEmpty());
    }

    /** How long it took from asking to passing on. */
    private void assertMissed(Fingerprint question) {
        InferenceRequested passedOn = awaitPassedOn(ask(question, CachePolicy.USE));
        assertThat(passedOn.verdict()).isEqualTo(CacheVerdict.MISS);
    }

    private InferenceRequested awaitPassedOn(ChatRequested requested) {
        ConsumerRecord<String, byte[]> found = topics.await(Topics.INFERENCE, of(requested));
        return RequestCodec.decodeInferenceRequested(found.headers(), found.value());
    }

    private boolean doubtful(ChatRequested requested) {
        return new EventHeaders(
                        topics.seen(Topics.INFERENCE, of(requested)).getFirst().headers())
                .find(CloudEvent.DOUBTFUL)
                .isPresent();
    }

    private ChatCompleted awaitTurn(ChatRequested requested) {
        ConsumerRecord<String, byte[]> found = topics.await(Topics.TURNS, of(requested));
        Turn turn = TurnCodec.decode(found.headers(), found.value());
        return (ChatCompleted) turn;
    }

    private void awaitEnd(ChatRequested requested) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(30))
                .until(() -> hasEnded(requested) || pollAndSee(requested));
    }

    private boolean pollAndSee(ChatRequested requested) {
        topics.poll(Duration.ofMillis(20));
        return hasEnded(requested);
    }

    private boolean hasEnded(ChatRequested requested) {
        return !topics.seen(Topics.TURNS, of(requested)).isEmpty()
                || !topics.seen(Topics.INFERENCE, of(requested)).isEmpty();
    }

    /** The frames of the answer, joined, once the last has come. */
    private byte[] awaitAnswer(ChatRequested requested) {
        topics.await(
                Topics.DELTAS,
                keyed(requested).and(found -> DeltaCodec.decode(found) instanceof Frames frames && frames.last()));
        List<Delta> deltas = topics.seen(Topics.DELTAS, keyed(requested)).stream()
                .map(DeltaCodec::decode)
                .toList();
        java.io.ByteArrayOutputStream joined = new java.io.ByteArrayOutputStream();
        int next = 0;
        for (Delta delta : deltas) {
            assertThat(delta.sequence()).isEqualTo(next++);
            if (delta instanceof Frames frames) {
                joined.writeBytes(frames.frames());
            }
        }
        return joined.toByteArray();
    }

    private void assertOneDeadLetter(dev.parley.contracts.topic.Topic topic, String mark, long offset, String reason) {
        Predicate<ConsumerRecord<String, byte[]>> marked =
                found -> new EventHeaders(found.headers()).find("mark").equals(Optional.of(mark));
        EventHeaders headers = new EventHeaders(topics.await(topic, marked).headers());
        assertThat(headers.require(DeadLetter.REASON)).contains(reason);
        assertThat(headers.require(DeadLetter.OFFSET)).isEqualTo(Long.toString(offset));
        topics.poll(Duration.ofMillis(500));
        assertThat(topics.seen(topic, marked)).hasSize(1);
    }

    private static Predicate<ConsumerRecord<String, byte[]>> of(ChatRequested requested) {
        return found -> new EventHeaders(found.headers())
                .find(CloudEvent.GENERATION)
                .equals(Optional.of(requested.generation().value()));
    }

    private static Predicate<ConsumerRecord<String, byte[]>> keyed(ChatRequested requested) {
        return found -> requested.generation().value().equals(found.key());
    }

    private static void wipe() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
            socket.getOutputStream().write("FLUSHALL\r\n".getBytes(UTF_8));
            assertThat(socket.getInputStream().read()).isEqualTo('+');
        }
    }
}
