package dev.parley.gateway.web.published;

import static dev.parley.gateway.web.response.Refusals.assertRefused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.event.ChangeCodec;
import dev.parley.contracts.event.ConversationDeleted;
import dev.parley.contracts.event.Turn.ChatCompleted;
import dev.parley.contracts.event.TurnFacts;
import dev.parley.contracts.id.RequestId;
import dev.parley.contracts.published.AnswerPublished;
import dev.parley.contracts.published.AnswerWithdrawn;
import dev.parley.contracts.published.Audience;
import dev.parley.contracts.published.PublishedCodec;
import dev.parley.contracts.published.PublishedEvent;
import dev.parley.contracts.published.QuestionKey;
import dev.parley.contracts.topic.Topic;
import dev.parley.contracts.topic.Topics;
import dev.parley.eventlog.FoldedTopic;
import dev.parley.eventlog.LogEnd;
import dev.parley.eventlog.Moment;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.eventlog.published.PublishedAnswers;
import dev.parley.gateway.kafka.EventPublisher;
import dev.parley.gateway.published.AnswerAddresses;
import dev.parley.gateway.session.Caller;
import dev.parley.gateway.session.OnDisconnect;
import dev.parley.gateway.web.pool.SharedPool;
import dev.parley.gateway.web.published.PublicationRequest.Options;
import dev.parley.gateway.web.published.PublishableAnswers.PublishableAnswer;
import dev.parley.gateway.web.response.ApiErrorException;
import dev.parley.testing.Events;
import dev.parley.testing.PausingConsumer;
import dev.parley.testing.Received;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.util.unit.DataSize;
import reactor.core.Disposable;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@Timeout(30)
class PublicationsTest {
    private static final TurnFacts FACTS = Events.facts(_ -> {});
    private static final TurnFacts OTHER_FACTS = Events.facts(_ -> {});
    private static final Caller CALLER = new Caller(FACTS.tenant(), "web", OnDisconnect.GRACE, Set.of("publish"));
    private static final QuestionKey QUESTION = new QuestionKey(FACTS.tenant(), "help", "why");
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Scheduler WORKERS =
            Schedulers.fromExecutorService(Executors.newVirtualThreadPerTaskExecutor());

    private static final PublishedSettings SETTINGS =
            new PublishedSettings(DataSize.ofMegabytes(1), DataSize.ofMegabytes(1), 1, 1, 1, LONG, LONG, LONG);

    private final MockConsumer<String, byte[]> deletionLog = consumer(Topics.DELETIONS);
    /** What happens when the end of {@code chat.deletions} is asked for. */
    private final Queue<Supplier<CompletableFuture<Long>>> reads = new ArrayDeque<>();

    private final FoldedTopic<Deletions> deletions =
            topic(Topics.DELETIONS, deletionLog, () -> reads.remove().get(), new Deletions());
    private final MockConsumer<String, byte[]> publishedLog = consumer(Topics.PUBLISHED);
    private long publishedEnd;
    private boolean publishedIsRead = true;
    /** What happens before the end of {@code chat.published} is asked for. */
    private final Queue<Runnable> meanwhile = new ArrayDeque<>();

    private final FoldedTopic<PublishedAnswers> published = topic(
            Topics.PUBLISHED,
            publishedLog,
            () -> {
                Optional.ofNullable(meanwhile.poll()).ifPresent(Runnable::run);
                return publishedIsRead ? CompletableFuture.completedFuture(publishedEnd) : isNotRead();
            },
            new PublishedAnswers());
    private final MockProducer<String, byte[]> log =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    private final Publications publications = new Publications(
            new EventPublisher(this::send),
            published,
            deletions,
            () -> new AnswerAddresses("secret".getBytes(UTF_8)),
            SETTINGS,
            Clock.systemUTC());

    private boolean acknowledged = true;
    /** What arrives on {@code chat.published} because of a record that is sent. */
    private Consumer<ProducerRecord<String, byte[]>> arrival = _ -> {};

    private Future<RecordMetadata> send(ProducerRecord<String, byte[]> event, Callback callback) {
        boolean arrives = acknowledged;
        arrival.accept(event);
        return log.send(
                event,
                (position, failure) ->
                        callback.onCompletion(position, arrives ? failure : new TimeoutException("no response")));
    }

    private static <S extends FoldedTopic.State> FoldedTopic<S> topic(
            Topic topic, MockConsumer<String, byte[]> consumer, Supplier<CompletableFuture<Long>> end, S state) {
        return new FoldedTopic<>(topic, () -> consumer, new LogEnd(end, () -> {}), LONG, state, Moment::now);
    }

    private static MockConsumer<String, byte[]> consumer(Topic topic) {
        TopicPartition partition = new TopicPartition(topic.name(), 0);
        MockConsumer<String, byte[]> consumer = new PausingConsumer<>("earliest");
        consumer.updateBeginningOffsets(Map.of(partition, 0L));
        consumer.updateEndOffsets(Map.of(partition, 0L));
        return consumer;
    }

    @BeforeEach
    void start() {
        deletions.tail().start();
        published.tail().start();
    }

    @AfterEach
    void stop() {
        deletions.close();
        published.close();
    }

    @Test
    void publishesAnAnswer() {
        reads.addAll(List.of(this::isRead, this::isRead));
        AnswerPublished event = publish();
        assertThat(written()).containsExactly(event);
    }

    @Test
    void publishesAnAnswerWithoutItsThinking() {
        reads.addAll(List.of(this::isRead, this::isRead));
        ObjectNode message = (ObjectNode) answer(FACTS).turn().message().deepCopy();
        message.withArray("content").insertObject(0).put("type", "thinking").put("signature", "s");
        AnswerPublished event = publish(
                new PublishableAnswer(
                        new ChatCompleted(FACTS, message), answer(FACTS).events()),
                Optional.empty());
        assertThat(event.message().tree()).isEqualTo(answer(FACTS).turn().message());
        assertThat(written()).containsExactly(event);
    }

    @Test
    void publishesNothingOfADeletedConversation() {
        reads.add(this::isDeleted);
        assertRefused(404, this::publish);
        assertThat(written()).isEmpty();
    }

    @Test
    void publishesNothingWhileTheDeletionsCannotBeRead() {
        reads.add(this::isNotRead);
        assertThatThrownBy(this::publish).isInstanceOf(KafkaException.class);
        assertThat(written()).isEmpty();
    }

    @Test
    void withdrawsAnAnswerThatIsDeletedMeanwhile() {
        reads.addAll(List.of(this::isRead, this::isDeleted));
        assertRefused(404, this::publish);
        assertThat(written()).hasExactlyElementsOfTypes(AnswerPublished.class, AnswerWithdrawn.class);
    }

    /** Else it would be public again when the deletion is forgotten, after a day. */
    @Test
    void withdrawsAnAnswerThatMayBeDeletedMeanwhile() {
        reads.addAll(List.of(this::isRead, this::isNotRead));
        assertThatThrownBy(this::publish).isInstanceOf(KafkaException.class);
        assertThat(written()).hasExactlyElementsOfTypes(AnswerPublished.class, AnswerWithdrawn.class);
    }

    /** Else the deletions would be unknown, and the question withdrawn. */
    @Test
    void publishesToTheEndForAClientThatDisconnects() {
        CompletableFuture<Void> acknowledgedNow = new CompletableFuture<>();
        CompletableFuture<Long> end = new CompletableFuture<>();
        reads.addAll(List.of(this::isRead, () -> {
            acknowledgedNow.complete(null);
            return end;
        }));
        SharedPool places = new SharedPool(1, "Too many answers are being published.");
        Disposable client = places.during(CALLER.identity(), place -> place.finishing(WORKERS, this::publish))
                .subscribe();
        assertThat(acknowledgedNow).succeedsWithin(LONG);

        client.dispose();
        assertThat(places.taken()).isOne();
        end.complete(0L);
        await().atMost(LONG).until(() -> places.taken() == 0);
        assertThat(written()).hasExactlyElementsOfTypes(AnswerPublished.class);
    }

    /** Its record may be on the log all the same. */
    @Test
    void withdrawsAnAnswerThatIsDeletedWhileItsPublicationFails() {
        acknowledged = false;
        reads.addAll(List.of(this::isRead, () -> {
            acknowledged = true;
            return isDeleted();
        }));
        assertRefused(404, this::publish);
        assertThat(written()).hasExactlyElementsOfTypes(AnswerPublished.class, AnswerWithdrawn.class);
    }

    @Test
    void withdrawsLaterWhatCouldNotBeWithdrawn() {
        reads.addAll(List.of(this::isRead, () -> {
            acknowledged = false;
            return isDeleted();
        }));
        assertThatThrownBy(this::publish).isInstanceOf(ApiErrorException.class);
        isPublished(log.history().getFirst());
        log.clear();

        reads.addAll(List.of(this::isNotRead, this::isRead, this::isRead));
        publications.repair();
        assertThat(written()).isEmpty();
        publications.repair();
        acknowledged = true;
        publications.repair();
        assertThat(written()).hasExactlyElementsOfTypes(AnswerWithdrawn.class, AnswerWithdrawn.class);
    }

    @Test
    void leavesWhatIsNotDeleted() {
        reads.addAll(List.of(this::isRead, this::isRead, this::isRead));
        publish();
        isPublished(log.history().getFirst());
        publications.repair();
        assertThat(written()).hasExactlyElementsOfTypes(AnswerPublished.class);
    }

    @Test
    void leavesAnAnswerThatIsPublishedMeanwhile() {
        reads.addAll(List.of(this::isRead, this::isRead, this::isRead, this::isRead, this::isDeleted));
        publish();
        publish(OTHER_FACTS);
        isPublished(log.history().getFirst());
        meanwhile.add(() -> isPublished(log.history().getLast()));
        publications.repair();
        assertThat(meanwhile).isEmpty();
        assertThat(written()).hasExactlyElementsOfTypes(AnswerPublished.class, AnswerPublished.class);
    }

    @Test
    void aDeletedConversationLeavesAnAnswerThatIsPublishedMeanwhile() {
        reads.addAll(List.of(this::isRead, this::isRead, this::isRead, this::isRead));
        publish();
        publish(OTHER_FACTS);
        isPublished(log.history().getFirst());
        meanwhile.add(() -> isPublished(log.history().getLast()));
        publications.withdraw(CALLER, FACTS.conversation(), Instant.now());
        assertThat(meanwhile).isEmpty();
        assertThat(written()).hasExactlyElementsOfTypes(AnswerPublished.class, AnswerPublished.class);
    }

    @Test
    void withdrawsAllAnswersOfAConversationAtOnce() {
        reads.addAll(List.of(this::isRead, this::isRead, this::isRead, this::isRead));
        arrival = this::isPublished;
        publish();
        publish(new QuestionKey(FACTS.tenant(), "help", "how"), answer(FACTS), Optional.empty());
        log.clear();
        acknowledged = false;
        assertRefused(503, () -> publications.withdraw(CALLER, FACTS.conversation(), Instant.now()));
        assertThat(written()).hasExactlyElementsOfTypes(AnswerWithdrawn.class, AnswerWithdrawn.class);
    }

    /** A short answer takes 1.7 KB more than its texts. */
    @Test
    void shortAnswersTakeUpTheRoomOfTheirObjects() {
        arrival = this::isPublished;
        assertRefused(429, () -> {
            for (int i = 0; i < 1024 * 1024 / 1_700; i++) {
                reads.addAll(List.of(this::isRead, this::isRead));
                publish(new QuestionKey(FACTS.tenant(), "help", "q-" + i), answer(FACTS), Optional.empty());
            }
        });
    }

    /** With a reason that earlier gateways know: else they would keep it. */
    @Test
    void withdrawsWhatHasEnded() {
        reads.addAll(List.of(this::isRead, this::isRead, this::isRead));
        arrival = this::isPublished;
        publish(QUESTION, answer(FACTS), ended());
        publications.repair();
        assertThat(written())
                .hasExactlyElementsOfTypes(AnswerPublished.class, AnswerWithdrawn.class)
                .last()
                .isInstanceOfSatisfying(
                        AnswerWithdrawn.class,
                        event -> assertThat(event.reason()).isEqualTo(AnswerWithdrawn.Reason.REQUESTED));
    }

    @Test
    void whatHasEndedTakesUpNoRoomThatIsNeeded() {
        reads.addAll(List.of(this::isRead, this::isRead, this::isRead, this::isRead));
        arrival = this::isPublished;
        publish(QUESTION, large(), ended());
        AnswerPublished other = publish(new QuestionKey(FACTS.tenant(), "help", "how"), large(), Optional.empty());
        assertThat(written())
                .hasExactlyElementsOfTypes(AnswerPublished.class, AnswerWithdrawn.class, AnswerPublished.class)
                .endsWith(other);
        assertRefused(429, () -> publish(QUESTION, large(), Optional.empty()));
    }

    /** Long ago by the clock of {@link #publications}, which is the system's. */
    private static Optional<Instant> ended() {
        return Optional.of(Instant.now().minus(Duration.ofMinutes(11)));
    }

    /** An answer that takes up more than half of the room. */
    private static PublishableAnswer large() {
        ObjectNode message = (ObjectNode) answer(FACTS).turn().message().deepCopy();
        message.withArray("content").addObject().put("type", "text").put("text", "a".repeat(600 * 1024));
        return new PublishableAnswer(
                new ChatCompleted(FACTS, message), answer(FACTS).events());
    }

    @Test
    void aRefreshPublishesTheNewAnswer() {
        reads.addAll(List.of(this::isRead, this::isRead, this::isRead, this::isRead));
        arrival = this::isPublished;
        AnswerPublished former = publish();
        AnswerPublished refreshed = publish(OTHER_FACTS, Optional.of(former));
        assertThat(written()).containsExactly(former, refreshed);
    }

    /** After the former answer was found, and before the new one is on the log. */
    @Test
    void aRefreshDoesNotPublishAgainWhatAnotherGatewayWithdraws() {
        reads.addAll(List.of(this::isRead, this::isRead, this::isRead, this::isRead));
        arrival = this::isPublished;
        AnswerPublished former = publish();
        arrival = event -> {
            isWithdrawn();
            isPublished(event);
            arrival = _ -> {};
        };
        assertRefused(409, () -> publish(OTHER_FACTS, Optional.of(former)));
        assertThat(written())
                .hasExactlyElementsOfTypes(AnswerPublished.class, AnswerPublished.class, AnswerWithdrawn.class);
    }

    @Test
    void aRefreshIsWithdrawnIfItIsUnknownWhetherAnotherGatewayWithdraws() {
        reads.addAll(List.of(this::isRead, this::isRead, this::isRead, this::isRead));
        arrival = this::isPublished;
        AnswerPublished former = publish();
        arrival = _ -> publishedIsRead = false;
        assertThatThrownBy(() -> publish(OTHER_FACTS, Optional.of(former))).isInstanceOf(KafkaException.class);
        assertThat(written())
                .hasExactlyElementsOfTypes(AnswerPublished.class, AnswerPublished.class, AnswerWithdrawn.class);
    }

    /** Its record may reach the log after the timeout. */
    @Test
    void aRefreshThatFailsDoesNotPublishLaterWhatAnotherGatewayWithdraws() {
        reads.addAll(List.of(this::isRead, this::isRead, this::isRead, this::isRead));
        arrival = this::isPublished;
        AnswerPublished former = publish();
        acknowledged = false;
        arrival = _ -> {
            isWithdrawn();
            acknowledged = true;
            arrival = _ -> {};
        };
        assertRefused(409, () -> publish(OTHER_FACTS, Optional.of(former)));
        assertThat(written())
                .hasExactlyElementsOfTypes(AnswerPublished.class, AnswerPublished.class, AnswerWithdrawn.class);
    }

    private void isWithdrawn() {
        isPublished(PublishedCodec.encode(
                new AnswerWithdrawn(QUESTION, AnswerWithdrawn.Reason.REQUESTED, Optional.empty(), Instant.now())));
    }

    private void isPublished(ProducerRecord<String, byte[]> event) {
        arrivesOn(publishedLog, publishedEnd, event);
        publishedEnd++;
    }

    private static void arrivesOn(
            MockConsumer<String, byte[]> topic, long offset, ProducerRecord<String, byte[]> event) {
        topic.schedulePollTask(() -> topic.addRecord(Received.of(event, offset)));
    }

    @Test
    void reportsAPublicationThatFails() {
        acknowledged = false;
        reads.addAll(List.of(this::isRead, this::isRead));
        assertRefused(503, this::publish);
        assertThat(written()).hasExactlyElementsOfTypes(AnswerPublished.class);
    }

    private CompletableFuture<Long> isRead() {
        return CompletableFuture.completedFuture(0L);
    }

    private CompletableFuture<Long> isDeleted() {
        arrivesOn(
                deletionLog,
                0,
                ChangeCodec.encodeDeletion(new ConversationDeleted(
                        new RequestId("req_1"),
                        FACTS.tenant(),
                        FACTS.conversation(),
                        Instant.now(),
                        FACTS.traceparent())));
        return CompletableFuture.completedFuture(1L);
    }

    private CompletableFuture<Long> isNotRead() {
        return CompletableFuture.failedFuture(new TimeoutException("no broker"));
    }

    private AnswerPublished publish() {
        return publish(FACTS);
    }

    private AnswerPublished publish(TurnFacts facts) {
        return publish(facts, Optional.empty());
    }

    private AnswerPublished publish(TurnFacts facts, Optional<AnswerPublished> replaced) {
        return publish(answer(facts), replaced);
    }

    private AnswerPublished publish(PublishableAnswer answer, Optional<AnswerPublished> replaced) {
        return publications.publish(CALLER, QUESTION, answer, new Options(Audience.PUBLIC, Optional.empty()), replaced);
    }

    private AnswerPublished publish(QuestionKey question, PublishableAnswer answer, Optional<Instant> expiresAt) {
        return publications.publish(
                CALLER, question, answer, new Options(Audience.PUBLIC, expiresAt), Optional.empty());
    }

    private static PublishableAnswer answer(TurnFacts facts) {
        JsonNode message = JsonMapper.shared()
                .readTree("{\"stop_reason\":\"end_turn\",\"content\":[{\"type\":\"text\",\"text\":\"So.\"}]}");
        return new PublishableAnswer(
                new ChatCompleted(facts, message), "event: message_stop\ndata: {}\n\n".getBytes(UTF_8));
    }

    private List<PublishedEvent> written() {
        return log.history().stream()
                .map(record -> PublishedCodec.decode(record.headers(), record.value()))
                .toList();
    }
}
