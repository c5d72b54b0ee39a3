package dev.parley.inference.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.answercache.CacheEntry;
import dev.parley.answercache.CachedAnswer;
import dev.parley.answercache.Lookup.Found;
import dev.parley.answercache.Origin;
import dev.parley.contracts.Gzip;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.Delta.Recorded;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import dev.parley.contracts.event.RequestCodec;
import dev.parley.contracts.event.Turn;
import dev.parley.contracts.id.ConversationId;
import dev.parley.contracts.id.GenerationId;
import dev.parley.localstack.LocalKafka;
import dev.parley.testing.Events;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Cached answers with a real broker: each request gets one answer and one turn, even if its owner dies. */
class CachedAnswerIT {
    private static final Duration SILENCE = Duration.ofSeconds(3);
    private static final CachedAnswer ANSWER = new CachedAnswer(
            """
            {"id":"msg_1","role":"assistant","content":[{"type":"text","text":"Good day"}],"stop_reason":"end_turn"}""".getBytes(UTF_8),
            Gzip.pack((GreetingClaude.START + GreetingClaude.GREETING + GreetingClaude.STOP).getBytes(UTF_8)));
    private static final CacheEntry KEPT = new CacheEntry(
            new Origin(new ConversationId("source"), GenerationId.unsigned(Clock.systemUTC(), 0)), ANSWER);

    private static final LocalKafka KAFKA = LocalKafka.shared();

    @AutoClose
    private static final LogProbe log = new LogProbe(KAFKA.bootstrapServers());

    @Test
    void isDeliveredWithoutACallToClaude() throws Exception {
        try (RunningInference owner = cached()) {
            ChatRequested asked = asked();
            log.awaitCommitted(log.write(RequestCodec.encode(asked)));

            assertThat(owner.claude().calls()).isZero();
            assertAnsweredOnce(asked, CacheVerdict.EXACT);
            assertThat(log.deltas(asked.generation()))
                    .satisfiesExactly(
                            frames -> assertThat(frames).isInstanceOfSatisfying(Frames.class, whole -> {
                                assertThat(whole.cache()).isEqualTo(CacheVerdict.EXACT);
                                assertThat(ANSWER.frames()).contains(whole.frames());
                                assertThat(whole.last()).isTrue();
                            }),
                            marker -> assertThat(marker).isInstanceOf(Recorded.class));
        }
    }

    @Test
    void answersEachRequestOfABurstOnce() throws Exception {
        try (RunningInference owner = cached()) {
            List<ChatRequested> burst =
                    Stream.generate(CachedAnswerIT::asked).limit(200).toList();
            List<RecordMetadata> requests = new ArrayList<>();
            for (ChatRequested each : burst) {
                requests.add(log.write(RequestCodec.encode(each)));
            }
            requests.forEach(log::awaitCommitted);
            assertThat(owner.claude().calls()).isZero();
            for (ChatRequested each : List.of(burst.getFirst(), burst.get(100), burst.getLast())) {
                assertAnsweredOnce(each, CacheVerdict.EXACT);
            }
        }
    }

    /** Another owner may have started to answer the request, so the log decides and Claude answers. */
    @Test
    void isNotUsedForARequestFromBeforeTheAssignment() throws Exception {
        ChatRequested asked = asked();
        RecordMetadata request = log.write(RequestCodec.encode(asked));
        try (RunningInference owner = cached()) {
            log.awaitCommitted(request);
            assertThat(owner.claude().calls()).isEqualTo(1);
        }
        assertAnsweredOnce(asked, CacheVerdict.MISS);
    }

    private static RunningInference cached() {
        RunningInference started = RunningInference.start(KAFKA.bootstrapServers(), SILENCE, _ -> new Found(KEPT));
        await().atMost(Duration.ofSeconds(60)).until(started::ownsAll);
        return started;
    }

    private static void assertAnsweredOnce(ChatRequested asked, CacheVerdict verdict) {
        assertThat(log.turns(asked.generation())).singleElement().satisfies(turn -> {
            assertThat(text(turn)).isEqualTo("Good day");
            assertThat(turn.facts().cache()).isEqualTo(verdict);
            assertThat(turn.facts().attempts()).hasSize(verdict == CacheVerdict.EXACT ? 0 : 1);
        });
    }

    private static String text(Turn turn) {
        return turn.message().at("/content/0/text").stringValue("");
    }

    private static ChatRequested asked() {
        return Events.requested(request -> request.publishedAt = Instant.now());
    }
}
