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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.threeten.extra.MutableClock;

class EdgePurgerTest {
    private static final TopicPartition PARTITION = new TopicPartition("chat.published", 0);

    private final MutableClock clock = MutableClock.of(Instant.parse("2026-11-24T12:00:00Z"), ZoneOffset.UTC);
    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<String> purged = new ArrayList<>();
    private boolean down;
    private Duration duration = Duration.ZERO;

    private final EdgePurger purger = new EdgePurger(
            (change, reference) -> {
                clock.add(duration);
                if (down) {
                    throw new PurgeException("down");
                }
                purged.add(reference + (change.withdrawn() ? " " : " softly ") + String.join(",", change.tags()));
            },
            new PurgeQueue(Duration.ofSeconds(5), Duration.ofSeconds(1)),
            registry,
            clock);

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
        assertThat(purged).containsExactly("chat.published-0-0 question-acme.help.log,list-acme.help");
        assertThat(committed()).isZero();

        clock.add(Duration.ofSeconds(5));
        poll();
        assertThat(purged).hasSize(2).last().asString().startsWith("chat.published-0-0-again ");
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
    }

    /** Else a slow edge would end the membership in the group. */
    @Test
    void pollsAgainDuringManySlowPurges() {
        duration = Duration.ofSeconds(8);
        for (int offset = 0; offset < 10; offset++) {
            change(offset, "log" + offset);
        }
        poll();
        assertThat(purged).hasSize(4);
        duration = Duration.ZERO;
        poll();
        assertThat(purged).hasSizeGreaterThanOrEqualTo(10);
    }

    /** A copy of an answer that is for one tenant now may be public. */
    @Test
    void keepsTheCopiesOnlyOfPublicAnswers() {
        write(0, published(Audience.PUBLIC));
        write(1, published(Audience.TENANT));
        poll();
        assertThat(purged)
                .containsExactly(
                        "chat.published-0-0 softly question-acme.help.log,list-acme.help",
                        "chat.published-0-1 question-acme.help.log,list-acme.help");
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

    private ProducerRecord<String, byte[]> published(Audience audience) {
        AnswerPublished event = new AnswerPublished(
                new TenantId("acme"),
                "help",
                "log",
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
        consumer.addRecord(Received.of(event, offset));
    }

    private void poll() {
        purger.handle(consumer, consumer.poll(Duration.ZERO));
    }

    private long committed() {
        var offset = consumer.committed(Set.of(PARTITION)).get(PARTITION);
        return offset == null ? 0 : offset.offset();
    }
}
