package dev.parley.cache.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.cache.edge.PurgeException;
import dev.parley.cache.edge.PurgeQueue;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.Fingerprint;
import dev.parley.contracts.id.GenerationId;
import dev.parley.contracts.id.TenantId;
import dev.parley.contracts.json.RawJson;
import dev.parley.contracts.published.AnswerId;
import dev.parley.contracts.published.AnswerPublished;
import dev.parley.contracts.published.AnswerWithdrawn;
import dev.parley.contracts.published.AnswerWithdrawn.Reason;
import dev.parley.contracts.published.Audience;
import dev.parley.contracts.published.PublishedCodec;
import dev.parley.contracts.published.QuestionKey;
import dev.parley.testing.Received;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.threeten.extra.MutableClock;

class EdgePurgerTest {
    private static final TopicPartition PARTITION = new TopicPartition("chat.published", 0);

    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final String CHANGE = "chat.published-0-";
    /** With the time of the record. */
    private static final String AT_NOON = "-" + NOON.toEpochMilli();

    private final MutableClock clock = MutableClock.of(NOON, ZoneOffset.UTC);
    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest") {
        @Override
        public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
            commitSync(offsets, Duration.ofSeconds(60));
        }

        @Override
        public synchronized void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
            if (frozen) {
                clock.add(timeout);
                throw new TimeoutException("no response");
            }
            commitAsync(offsets, null);
        }
    };
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<String> purged = new ArrayList<>();
    /** The questions whose purges the edge refuses. */
    private final Set<String> refused = new HashSet<>();

    private final List<String> references = new ArrayList<>();
    /** The tags of all purges, also of refused ones. */
    private final List<String> tried = new ArrayList<>();

    private boolean down;
    /** Whether the broker does not respond to commits. */
    private boolean frozen;

    private Duration duration = Duration.ZERO;

    private final EdgePurger purger = new EdgePurger(
            (change, reference) -> {
                clock.add(duration);
                references.add(reference);
                tried.addAll(change.tags());
                if (down || change.tags().stream().anyMatch(refused::contains)) {
                    throw new PurgeException("down");
                }
                purged.add(reference + (change.withdrawn() ? " " : " softly ") + String.join(",", change.tags()));
            },
            new PurgeQueue(Duration.ofSeconds(5), Duration.ofSeconds(1)),
            registry,
            () -> ChronoUnit.NANOS.between(NOON, clock.instant()));

    @BeforeEach
    void subscribe() {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        purger.assign(consumer);
        consumer.rebalance(List.of(PARTITION));
        poll();
    }

    @Test
    void purgesTheQuestionAndItsListTwiceAndThenCommits() {
        change(0, "log");
        poll();
        assertThat(purged).containsExactly(CHANGE + 0 + AT_NOON + " question-acme.help.log,list-acme.help");
        assertThat(committed()).isZero();

        clock.add(Duration.ofSeconds(5));
        poll();
        assertThat(purged).hasSize(2).last().asString().startsWith(CHANGE + 0 + AT_NOON + "-again ");
        assertThat(committed()).isEqualTo(1);
    }

    @Test
    void retriesWhileTheEdgeIsDownAndReportsIt() {
        down = true;
        change(0, "log");
        poll();
        clock.add(Duration.ofSeconds(1));
        poll();
        assertThat(committed()).isZero();
        assertThat(registry.get("parley.edge.purges")
                        .tag("outcome", "failed")
                        .counter()
                        .count())
                .isEqualTo(2);

        down = false;
        clock.add(Duration.ofSeconds(1));
        poll();
        assertThat(purged).hasSize(1);
        assertThat(references).hasSize(3).containsOnly(references.getFirst());
    }

    /** CloudFront ignores a reference that it has seen, and a topic that is made again begins at offset 0. */
    @Test
    void anotherChangeAtTheSameOffsetHasAnotherReference() {
        change(0, "log");
        poll();
        clock.add(Duration.ofSeconds(5));
        poll();
        consumer.seek(PARTITION, 0);
        change(0, "log");
        poll();
        clock.add(Duration.ofSeconds(5));
        poll();
        assertThat(purged).hasSize(4).doesNotHaveDuplicates();
    }

    /** As many as there are polls between two attempts of one. */
    @Test
    void changesThatAreRefusedDoNotDelayOthers() {
        refused.addAll(List.of("question-acme.help.a", "question-acme.help.b"));
        change(0, "a");
        change(1, "b");
        poll();
        change(2, "log");
        for (int i = 0; i < 13; i++) {
            clock.add(Duration.ofMillis(500));
            poll();
        }
        assertThat(purged).as("twice").hasSize(2).allMatch(purge -> purge.contains("help.log"));
        assertThat(committed()).isZero();
    }

    /** Else a slow edge would end the membership in the group. */
    @Test
    void pollsAgainDuringManySlowPurges() {
        duration = Duration.ofSeconds(8);
        for (int offset = 0; offset < 100; offset++) {
            change(offset, "log" + offset);
        }
        poll();
        assertThat(references).hasSize(4);
        duration = Duration.ZERO;
        poll();
        assertThat(references).hasSizeGreaterThanOrEqualTo(7);
    }

    /** One of several instances of Varnish that does not respond takes the time of a call, and no purge is confirmed. */
    @Test
    void anEdgeThatDoesNotRespondDelaysNoWithdrawalByPublications() {
        down = true;
        duration = Duration.ofSeconds(2);
        for (int offset = 0; offset < 60; offset++) {
            write(offset, published("log" + offset, Audience.PUBLIC));
        }
        change(60, "withdrawn");
        poll();
        assertThat(tried).containsExactly("question-acme.help.withdrawn", "list-acme.help");
        for (int i = 0; i < 4; i++) {
            poll();
        }
        assertThat(tried).contains("question-acme.help.log59");
        assertThat(committed()).isZero();
    }

    /** CloudFront refuses a reference that it has seen with other tags. */
    @Test
    void theSamePurgesHaveTheSameReference() {
        down = true;
        change(0, "a");
        change(1, "b");
        poll();
        down = false;
        consumer.rebalance(List.of());
        consumer.rebalance(List.of(PARTITION));
        change(0, "a");
        change(1, "b");
        change(2, "c");
        poll();
        assertThat(references).hasSize(2).doesNotHaveDuplicates();
        consumer.rebalance(List.of());
        consumer.rebalance(List.of(PARTITION));
        change(0, "a");
        change(1, "b");
        poll();
        assertThat(references).hasSize(3).last().isEqualTo(references.getFirst());
    }

    @Test
    void aBrokerThatDoesNotRespondDelaysNoPurge() {
        change(0, "a");
        poll();
        clock.add(Duration.ofSeconds(2));
        change(1, "b");
        poll();
        frozen = true;
        clock.add(Duration.ofSeconds(3));
        poll();
        assertThat(purged).as("the second purge of b is not due").hasSize(3);
        clock.add(Duration.ofSeconds(1));
        poll();
        assertThat(purged).hasSize(4);
        assertThat(clock.instant()).isBefore(NOON.plusSeconds(10));
        assertThat(committed()).isZero();

        frozen = false;
        poll();
        assertThat(committed()).isEqualTo(2);
    }

    /** A copy of an answer that is for one tenant now may be public. */
    @Test
    void keepsTheCopiesOnlyOfPublicAnswers() {
        write(0, published("log", Audience.PUBLIC));
        poll();
        write(1, published("log", Audience.TENANT));
        poll();
        assertThat(purged)
                .containsExactly(
                        CHANGE + 0 + AT_NOON + " softly question-acme.help.log,list-acme.help",
                        CHANGE + 1 + AT_NOON + " question-acme.help.log,list-acme.help");
    }

    @Test
    void skipsAMalformedEvent() {
        write(0, new ProducerRecord<>(PARTITION.topic(), null, "key", "{".getBytes(UTF_8), new RecordHeaders()));
        poll();
        assertThat(purged).isEmpty();
        assertThat(committed()).isEqualTo(1);
    }

    @Test
    void leavesItsPurgesToTheNextOwner() {
        down = true;
        change(0, "log");
        poll();
        consumer.rebalance(List.of());
        down = false;
        clock.add(Duration.ofSeconds(10));
        poll();
        assertThat(purged).isEmpty();
    }

    private void change(long offset, String slug) {
        write(
                offset,
                PublishedCodec.encode(new AnswerWithdrawn(
                        new QuestionKey(new TenantId("acme"), "help", slug),
                        Reason.REQUESTED,
                        Optional.empty(),
                        clock.instant())));
    }

    private ProducerRecord<String, byte[]> published(String slug, Audience audience) {
        AnswerPublished event = new AnswerPublished(
                new TenantId("acme"),
                "help",
                slug,
                new AnswerId("ans_" + "1".repeat(32)),
                2,
                audience,
                GenerationId.unsigned(clock, 0),
                ConversationId.next(clock),
                new Fingerprint("0".repeat(64)),
                "Why?",
                "claude",
                RawJson.ofText("{}"),
                RawJson.ofText("{}"),
                Optional.empty(),
                Optional.empty(),
                clock.instant());
        return PublishedCodec.encode(event, "frames".getBytes(UTF_8));
    }

    private void write(long offset, ProducerRecord<String, byte[]> event) {
        ProducerRecord<String, byte[]> sent = new ProducerRecord<>(
                event.topic(), event.partition(), clock.millis(), event.key(), event.value(), event.headers());
        consumer.addRecord(Received.of(sent, offset));
    }

    private void poll() {
        purger.handle(consumer, consumer.poll(Duration.ZERO));
    }

    private long committed() {
        var offset = consumer.committed(Set.of(PARTITION)).get(PARTITION);
        return offset == null ? 0 : offset.offset();
    }
}
