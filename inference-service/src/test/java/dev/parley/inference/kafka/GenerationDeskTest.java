package dev.parley.inference.kafka;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.answercache.Lookup.NotFound;
import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Released;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.eventlog.deletion.Deletions;
import dev.parley.inference.generation.Claude;
import dev.parley.inference.generation.OffsetWatermark;
import dev.parley.inference.generation.Requests;
import dev.parley.inference.generation.Slice;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GenerationDeskTest {
    private static final int GENERATIONS_MAX = 2;

    /** As many as may wait to be judged: see the constructor of the desk. */
    private static final int QUESTIONS_MAX = GENERATIONS_MAX + KafkaClients.POLL_RECORDS_MAX;

    private final FakeLog log = new FakeLog();
    private final GreetingClaude greeting = new GreetingClaude();
    private final AtomicBoolean failing = new AtomicBoolean();
    private final List<MockProducer<String, byte[]>> producers = new ArrayList<>();
    private final OwnedPartition owned = owned();
    private final GenerationDesk desk = new GenerationDesk(
            RunningInference.router(_ -> new NotFound()),
            RunningInference.runner(this::ask, RunningInference.generations(Duration.ofSeconds(3))),
            new DeltaPublisher(log.producer(), log.producer(), Pace.perSecond(1_000)),
            log::reader,
            Clock.systemUTC(),
            Executors.newVirtualThreadPerTaskExecutor(),
            GENERATIONS_MAX,
            Deletions::new);
    private long offset;

    @AfterEach
    void stop() throws InterruptedException {
        greeting.letGo();
        desk.drain(Duration.ofMillis(1));
    }

    @Test
    void finishesARequestWhenItsTurnIsRecorded() throws Exception {
        greeting.hold();
        RequestInHand request = request();
        desk.take(request, true);
        await().until(() -> greeting.calls() == 1);
        assertThat(owned.watermark().committable()).isEqualTo(request.offset());
        greeting.letGo();
        awaitFinished();
        assertThat(turns()).isEqualTo(1);
    }

    @Test
    void runsAGenerationOnceThoughItsRequestComesTwice() throws Exception {
        greeting.hold();
        RequestInHand first = request();
        desk.take(first, true);
        desk.take(again(first), true);
        greeting.letGo();
        awaitFinished();
        desk.take(again(first), false);
        awaitFinished();
        assertThat(turns()).isEqualTo(1);
        assertThat(greeting.calls()).isEqualTo(1);
        assertThat(desk.questions()).isEmpty();
    }

    @Test
    void asksTheLogFirstWhenSomebodyMayHaveBegun() throws Exception {
        RequestInHand request = request();
        desk.take(request, false);
        assertThat(desk.questions()).containsExactly(request);
        assertThat(greeting.calls()).isZero();
    }

    @Test
    void refusesWhatThereIsNoRoomForWithATurn() throws Exception {
        greeting.hold();
        for (int i = 0; i < GENERATIONS_MAX; i++) {
            desk.take(differentRequest(), true);
        }
        await().until(desk::full);
        RequestInHand oneTooMany = differentRequest();
        desk.take(oneTooMany, true);
        await().until(() -> turns() == 1);
        assertThat(log.deltas())
                .filteredOn(delta -> delta.generation().equals(oneTooMany.generation()))
                .singleElement()
                .isInstanceOfSatisfying(
                        Delta.Failed.class,
                        failed -> assertThat(failed.status()).isEqualTo(529));
    }

    /** Its outcome is unknown, so the log has to say. */
    @Test
    void asksTheLogAgainWhenATurnWasNotRecordedForCertain() throws Exception {
        RequestInHand request = request();
        producers.getLast().fenceProducer();
        desk.take(request, true);
        assertThat(desk.questions().poll(30, TimeUnit.SECONDS)).isEqualTo(request);
        assertThat(owned.watermark().committable()).isEqualTo(request.offset());
    }

    @Test
    void leavesToTheNextOwnerWhatEndsAfterThePartitionWasLost() throws Exception {
        greeting.hold();
        RequestInHand request = request();
        desk.take(request, true);
        await().until(() -> greeting.calls() == 1);
        owned.turns().close();
        greeting.letGo();
        await().until(() -> desk.running() == 0);
        assertThat(desk.questions()).isEmpty();
        assertThat(turns()).isZero();
        assertThat(owned.watermark().committable()).isEqualTo(request.offset());
    }

    /** The partition was lost and has come back while the work went on. */
    @Test
    void judgesByTheRequestOfThePartitionThatIsItsOwnNow() throws Exception {
        greeting.hold();
        RequestInHand before = request();
        desk.take(before, true);
        await().until(() -> greeting.calls() == 1);
        before.from().turns().close();
        RequestInHand now = new RequestInHand(before.requested(), owned(), 0);
        desk.take(now, false);
        greeting.letGo();
        assertThat(desk.questions().poll(30, TimeUnit.SECONDS)).isEqualTo(now);
    }

    /**
     * The questions become fewer only while there is room to begin what they are about. What waits for room among them must
     * not keep that.
     */
    @Test
    void keepsNoRoomWhileItWaitsForRoomAmongTheQuestions() throws Exception {
        greeting.hold();
        for (int i = 0; i < GENERATIONS_MAX; i++) {
            desk.take(differentRequest(), true);
        }
        for (int i = 0; i < QUESTIONS_MAX; i++) {
            desk.take(differentRequest(), false);
        }
        assertThat(desk.questions().remainingCapacity()).isZero();
        producers.getLast().fenceProducer();
        greeting.letGo();
        await().until(() -> !desk.full());
        for (int i = 0; i < QUESTIONS_MAX + GENERATIONS_MAX; i++) {
            assertThat(desk.questions().poll(30, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void isHopelessAfterThreeFailuresAndEndsWithATurnNevertheless() throws Exception {
        failing.set(true);
        RequestInHand request = request();
        desk.take(request, true);
        for (int failures = 1; failures < 3; failures++) {
            RequestInHand again = requireNonNull(desk.questions().poll(30, TimeUnit.SECONDS));
            assertThat(desk.isHopeless(again)).isFalse();
            desk.takeOver(again, slice(), log.deltas().size());
        }
        RequestInHand hopeless = requireNonNull(desk.questions().poll(30, TimeUnit.SECONDS));
        assertThat(desk.isHopeless(hopeless)).isTrue();
        desk.interrupt(hopeless, slice());
        awaitFinished();
        assertThat(turns()).isEqualTo(1);
    }

    @Test
    void releasesWhatHasNotEndedWhenTheGraceIsOver() throws Exception {
        greeting.hold();
        desk.take(request(), true);
        await().until(() -> greeting.calls() == 1);
        desk.drain(Duration.ofMillis(1));
        assertThat(log.deltas().getLast()).isInstanceOf(Released.class);
        assertThat(turns()).isZero();
    }

    private CompletableFuture<Claude.Response> ask(Claude.Call call) {
        if (failing.get()) {
            throw new IllegalStateException("nobody has foreseen this");
        }
        return greeting.ask(call);
    }

    private void awaitFinished() {
        await().atMost(Duration.ofSeconds(30)).until(() -> owned.watermark().unfinished() == 0);
    }

    private long turns() {
        return producers.stream()
                .flatMap(producer -> producer.history().stream())
                .map(ProducerRecord::topic)
                .filter("chat.turns"::equals)
                .count();
    }

    private RequestInHand request() {
        return begun(new RequestInHand(Requests.asking("{\"messages\":[]}", Instant.now()), owned, offset++));
    }

    /** One that cannot follow the answer to another. */
    private RequestInHand differentRequest() {
        return begun(new RequestInHand(
                Requests.asking("{\"messages\":[]}", Instant.now(), CachePolicy.NO_CACHE), owned, offset++));
    }

    private RequestInHand again(RequestInHand request) {
        return begun(new RequestInHand(request.requested(), owned, offset++));
    }

    private RequestInHand begun(RequestInHand request) {
        owned.watermark().begin(request.offset());
        return request;
    }

    /** All that is on the log so far. */
    private Slice slice() {
        Slice slice = new Slice(1_000, Instant.EPOCH);
        log.deltas().forEach(delta -> slice.add(delta, Instant.EPOCH));
        return slice;
    }

    private OwnedPartition owned() {
        return new OwnedPartition(
                0,
                0,
                new OffsetWatermark(0),
                new TurnLog(() -> {
                    producers.add(new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer()));
                    return producers.getLast();
                }),
                new Membership(Duration.ofSeconds(6), System::nanoTime));
    }
}
