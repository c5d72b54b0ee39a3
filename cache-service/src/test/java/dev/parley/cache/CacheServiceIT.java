package dev.parley.cache;

import static dev.parley.cache.ExampleTurns.frames;
import static dev.parley.cache.ExampleTurns.requested;
import static dev.parley.cache.ExampleTurns.turn;
import static dev.parley.testing.Events.TENANT;
import static dev.parley.testing.Events.fingerprint;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.answercache.AnswerKey;
import dev.parley.contracts.Gzip;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.StoredQuestion;
import dev.parley.contracts.event.TurnCodec;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.RequestId;
import dev.parley.localstack.LocalKafka;
import dev.parley.localstack.LocalRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The complete service, with a real broker and a real Redis. */
@ExtendWith(OutputCaptureExtension.class)
class CacheServiceIT {
    private static LocalKafka kafka;
    private static LocalRedis redis;
    private static ServiceUnderTest service;
    private static Producer<String, byte[]> producer;

    @BeforeAll
    static void start() {
        kafka = LocalKafka.start().withTopics();
        redis = LocalRedis.start();
        service = ServiceUnderTest.start(kafka, redis);
        producer = kafka.producer();
    }

    @AfterAll
    static void stop() {
        producer.close();
        service.close();
        redis.close();
        kafka.close();
    }

    @Test
    void readsNoPublicationsWithoutAnEdge() {
        assertThat(service.get("/actuator/prometheus").body())
                .contains("parley_group_lag{")
                .doesNotContain("edge-purger");
    }

    @Test
    void storesTheAnswerOfATurn() throws Exception {
        Fingerprint question = fingerprint();
        write(completed(question));
        awaitKept(question);
    }

    @Test
    void skipsAMalformedTurnAndStoresItsNeighbours() throws Exception {
        Fingerprint before = fingerprint();
        Fingerprint after = fingerprint();
        ProducerRecord<String, byte[]> good = completed(before);
        write(good);
        write(new ProducerRecord<>(good.topic(), null, good.key(), "{\"facts\":".getBytes(UTF_8), good.headers()));
        write(completed(after));

        awaitKept(before);
        awaitKept(after);
    }

    /** Redis would refuse each repetition. */
    @Test
    void storesAnswersInSpiteOfAQuestionOfAnotherType() throws Exception {
        Fingerprint question = fingerprint();
        service.damage("parley:question-partition:v1:" + TENANT.value() + ":" + question.value());
        ChatRequested requested = requested(question, CachePolicy.USE);
        write(TurnCodec.encode(
                turn(requested, CacheVerdict.MISS, "Because.", "end_turn", Instant.now()),
                Gzip.pack(frames("Because.")),
                Optional.of(new StoredQuestion(fingerprint(), "model", "Why is the sky blue?", new byte[] {1, 2}))));
        awaitKept(question);
    }

    @Test
    void storesAnswersAfterAnOutageOfRedis(CapturedOutput log) throws Exception {
        Fingerprint question = fingerprint();
        redis.crash();
        try {
            write(completed(question));
            awaitFailures(log);
        } finally {
            redis.restart();
        }
        awaitKept(question);
    }

    /** A batch that is retried is not committed by the end of its reader. */
    @Test
    void storesAnswersAfterARestartDuringAnOutageOfRedis(CapturedOutput log) throws Exception {
        Fingerprint question = fingerprint();
        redis.crash();
        try {
            write(completed(question));
            awaitFailures(log);
            service.close();
        } finally {
            redis.restart();
            service = ServiceUnderTest.start(kafka, redis);
        }
        awaitKept(question);
    }

    @Test
    void storesAnswersAfterARestart() throws Exception {
        Fingerprint question = fingerprint();
        service.close();
        write(completed(question));
        service = ServiceUnderTest.start(kafka, redis);
        awaitKept(question);
    }

    @Test
    void continuesAfterAFreezeOfTheBroker() throws Exception {
        Fingerprint question = fingerprint();
        kafka.pause();
        try {
            // Longer than the session timeout.
            await().pollDelay(Duration.ofSeconds(7)).until(() -> true);
        } finally {
            kafka.resume();
        }
        write(completed(question));
        awaitKept(question);
    }

    @Test
    void removesTheAnswersOfADeletedConversation() throws Exception {
        Fingerprint question = fingerprint();
        ChatRequested requested = requested(question, CachePolicy.USE);
        write(completed(requested));
        awaitKept(question);
        write(ChangeCodec.encode(new ConversationDeleted(
                new RequestId("req_1"),
                requested.tenant(),
                requested.conversation(),
                Instant.now(),
                requested.traceparent())));
        await().atMost(Duration.ofSeconds(20))
                .ignoreExceptions()
                .until(() -> !service.keeps(new AnswerKey(TENANT, question)));
    }

    @Test
    void exposesItsMetrics() throws Exception {
        Fingerprint question = fingerprint();
        write(completed(question));
        awaitKept(question);
        assertThat(service.get("/actuator/prometheus").body())
                .contains("parley_cache_turns_total{outcome=\"kept\"}")
                .contains("parley_cache_keep_seconds_count")
                .contains("kafka_consumer_fetch_manager_records_lag");
    }

    private static ProducerRecord<String, byte[]> completed(Fingerprint question) {
        return completed(requested(question, CachePolicy.USE));
    }

    private static ProducerRecord<String, byte[]> completed(ChatRequested requested) {
        return TurnCodec.encode(
                turn(requested, CacheVerdict.MISS, "Because.", "end_turn", Instant.now()),
                Gzip.pack(frames("Because.")));
    }

    private static void write(ProducerRecord<String, byte[]> outgoing) throws Exception {
        producer.send(outgoing).get();
    }

    /** Of storing, which readiness does not show. */
    private static void awaitFailures(CapturedOutput log) {
        await().atMost(Duration.ofSeconds(30)).until(() -> log.getAll().contains("records is read again"));
        assertThat(service.status("/actuator/health/readiness")).isEqualTo(200);
    }

    private static void awaitKept(Fingerprint question) {
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> service.keeps(new AnswerKey(TENANT, question)));
    }
}
