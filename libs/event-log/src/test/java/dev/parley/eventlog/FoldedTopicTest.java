package dev.parley.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.parley.contracts.event.MalformedEventException;
import dev.parley.contracts.topic.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class FoldedTopicTest {
    private static final TopicPartition PARTITION = new TopicPartition(Topics.KEYS.name(), 0);
    private static final String MALFORMED = "malformed";

    /** The keys of the events. */
    private static final class Known implements FoldedTopic.State {
        private final List<String> keys = new CopyOnWriteArrayList<>();
        private volatile boolean complete;

        @Override
        public void add(ConsumerRecord<String, byte[]> event) {
            if (event.key().equals(MALFORMED)) {
                throw new MalformedEventException(MALFORMED);
            }
            keys.add(event.key());
        }

        @Override
        public void complete() {
            complete = true;
        }
    }

    private static final Duration AGE = Duration.ofMillis(100);

    private final AtomicLong end = new AtomicLong();
    private final AtomicInteger queries = new AtomicInteger();
    private final AtomicReference<Moment> now = new AtomicReference<>(new Moment(0, 0));
    /** Answers queries for the end; by default at once. */
    private volatile Supplier<CompletableFuture<Long>> broker = () -> CompletableFuture.completedFuture(end.get());

    private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private FoldedTopic<Known> topic = topicWithTimeout(Duration.ofSeconds(20));

    private FoldedTopic<Known> topicWithTimeout(Duration timeout) {
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, 0L));
        return new FoldedTopic<>(
                Topics.KEYS, () -> consumer, new LogEnd(this::query, () -> {}), timeout, new Known(), now::get);
    }

    private CompletableFuture<Long> query() {
        queries.incrementAndGet();
        return broker.get();
    }

    @AfterEach
    void close() throws InterruptedException {
        topic.close();
        consumer.wakeup();
        threads.shutdownNow();
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    /** A poll of an empty topic takes 500 ms, in which a gateway would not be ready. */
    @ParameterizedTest
    @CsvSource({"0, true", "1, false"})
    void anEmptyTopicIsCompleteBeforeTheFirstPollEnds(long endAtStart, boolean complete) throws Exception {
        consumer.updateEndOffsets(Map.of(PARTITION, endAtStart));
        CompletableFuture<Boolean> completeInTheFirstPoll = new CompletableFuture<>();
        consumer.schedulePollTask(() -> completeInTheFirstPoll.complete(topic.known().complete));
        threads.execute(topic.tail());
        assertThat(completeInTheFirstPoll.get()).isEqualTo(complete);
    }

    @Test
    void includesEverythingThatWasOnTheTopicAtTheCall() throws Exception {
        threads.execute(topic.tail());
        assertThat(topic.upToDate().keys).isEmpty();
        end.set(1);
        Future<Known> upToDate = threads.submit(topic::upToDate);
        arrives(0, "one");
        assertThat(upToDate.get().keys).containsExactly("one");
    }

    @Test
    void ignoresMalformedEvents() throws Exception {
        threads.execute(topic.tail());
        assertThat(topic.upToDate().keys).isEmpty();
        end.set(2);
        Future<Known> upToDate = threads.submit(topic::upToDate);
        arrives(0, MALFORMED);
        arrives(1, "one");
        assertThat(upToDate.get().keys).containsExactly("one");
    }

    @Test
    void failsWhenTheTopicIsNotReadInTime() {
        topic = topicWithTimeout(Duration.ofMillis(50));
        end.set(1);
        threads.execute(topic.tail());
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> topic.upToDate());
    }

    @Test
    void asksOnceForAllWhoPermitTheSameAge() {
        threads.execute(topic.tail());
        assertThat(topic.notOlderThan(AGE).keys).isEmpty();
        later(50, 50);
        assertThat(topic.notOlderThan(AGE).keys).isEmpty();
        assertThat(queries).hasValue(1);
    }

    /** One of the clocks suffices: the first stands still in a suspended machine, and the second may be set back. */
    @ParameterizedTest
    @CsvSource({"101, 0", "0, 101", "101, -1000"})
    void includesWhatWasOnTheTopicAtThatAge(long millis, long wallMillis) throws Exception {
        threads.execute(topic.tail());
        assertThat(topic.notOlderThan(AGE).keys).isEmpty();
        end.set(1);
        later(millis, wallMillis);
        waitsFor("one");
    }

    @Test
    void asksAheadWithoutWaiting() throws Exception {
        threads.execute(topic.tail());
        assertThat(topic.notOlderThan(AGE).keys).isEmpty();
        CompletableFuture<Long> slow = new CompletableFuture<>();
        broker = () -> slow;
        later(60, 60);
        assertThat(topic.notOlderThan(AGE).keys).isEmpty();
        assertThat(topic.notOlderThan(AGE).keys).isEmpty();
        assertThat(queries).hasValue(2);

        later(30, 30);
        slow.complete(0L);
        broker = CompletableFuture::new;
        later(60, 60);
        assertThat(topic.notOlderThan(AGE).keys).as("as of 90 ms before").isEmpty();
        assertThat(queries).as("asked ahead again").hasValue(3);
    }

    @Test
    void theAgeCountsFromTheQuestionForTheEnd() throws Exception {
        threads.execute(topic.tail());
        assertThat(topic.notOlderThan(AGE).keys).isEmpty();
        CompletableFuture<Long> slow = new CompletableFuture<>();
        broker = () -> slow;
        later(60, 60);
        assertThat(topic.notOlderThan(AGE).keys).isEmpty();
        later(30, 30);
        slow.complete(0L);
        end.set(1);
        broker = () -> CompletableFuture.completedFuture(end.get());
        later(71, 71);
        waitsFor("one");
    }

    @Test
    void anEndThatIsNotReadYetMakesNothingNewer() throws Exception {
        threads.execute(topic.tail());
        assertThat(topic.notOlderThan(AGE).keys).isEmpty();
        end.set(1);
        later(60, 60);
        assertThat(topic.notOlderThan(AGE).keys).isEmpty();
        later(60, 60);
        waitsFor("one");
    }

    @Test
    void failsIfTheAgeIsExceededAndTheBrokerDoesNotAnswer() {
        topic = topicWithTimeout(Duration.ofSeconds(2));
        threads.execute(topic.tail());
        assertThat(topic.notOlderThan(AGE).keys).isEmpty();
        broker = CompletableFuture::new;
        later(101, 101);
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> topic.notOlderThan(AGE));
    }

    /** The next call returns only when the first event has arrived. */
    private void waitsFor(String key) throws Exception {
        Future<Known> known = threads.submit(() -> topic.notOlderThan(AGE));
        assertThatExceptionOfType(java.util.concurrent.TimeoutException.class)
                .isThrownBy(() -> known.get(200, TimeUnit.MILLISECONDS));
        arrives(0, key);
        assertThat(known.get().keys).containsExactly(key);
    }

    private void later(long millis, long wallMillis) {
        now.updateAndGet(before ->
                new Moment(before.nanos() + TimeUnit.MILLISECONDS.toNanos(millis), before.wallMillis() + wallMillis));
    }

    private void arrives(long offset, String key) {
        consumer.schedulePollTask(
                () -> consumer.addRecord(new ConsumerRecord<>(PARTITION.topic(), 0, offset, key, new byte[0])));
    }
}
