package dev.parley.inference.generation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.contracts.Gzip;
import dev.parley.contracts.delta.AnsweredBy;
import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Failed;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.id.GenerationId;
import dev.parley.inference.generation.calls.Ending;
import dev.parley.inference.generation.calls.Ending.Broken;
import dev.parley.inference.generation.calls.Ending.Cancelled;
import dev.parley.messages.ApiError;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SharedStreamTest {
    private static final GenerationId GENERATION = GenerationId.unsigned(Clock.systemUTC(), 0);
    private static final AnsweredBy OPUS = new AnsweredBy("claude-opus-4-5", "complex");
    private static final AnsweredBy HAIKU = new AnsweredBy("claude-haiku-4-5", "fallback");
    private static final Duration NOT_LONG = Duration.ofMillis(1);

    private final SharedStream stream = new SharedStream("key");
    private final List<Delta> sent = new ArrayList<>();
    private final DeltaSink sink = stream.publishingTo(sent::add);

    @Test
    void isReadFromItsStartByALateFollower() throws Exception {
        sink.publish(new Delta.Heartbeat(GENERATION, 1, 0));
        publish(1, "first", Optional.of(OPUS), false);
        assertThat(stream.join()).isTrue();
        for (int sequence = 2; sequence < 50; sequence++) {
            publish(sequence, "x".repeat(sequence), Optional.empty(), false);
        }
        publish(50, "last", Optional.of(HAIKU), true);
        assertThat(read(0)).isEqualTo("first");
        assertThat(read(30)).isEqualTo("x".repeat(31));
        assertThat(read(49)).isEqualTo("last");
        assertThat(piece(0).model()).contains(OPUS);
        assertThat(piece(30).model()).isEmpty();
        assertThat(piece(49).model()).contains(HAIKU);
        assertThat(piece(48).last()).isFalse();
        assertThat(piece(49).last()).isTrue();
        assertThat(stream.mayContinueAt(50)).isFalse();
        assertThat(sent).hasSize(51);
    }

    @Test
    void waitsAsLongAsItsSinkForWhatFollows() {
        RecordingSink merging = new RecordingSink();
        merging.mergeDelay = Duration.ofMillis(40);
        assertThat(stream.publishingTo(merging).mergeDelay()).isEqualTo(merging.mergeDelay);
    }

    @Test
    void canBeFollowedAfterItsEndButNotWhenItWasCut() {
        publish(1, "a", Optional.empty(), false);
        stream.close();
        assertThat(stream.join()).isFalse();
        publish(2, "b", Optional.empty(), true);
        assertThat(stream.join()).isTrue();
    }

    @Test
    void isReadWhenItIsKeptGzipped() throws Exception {
        publish(1, "first", Optional.of(OPUS), false);
        publish(2, "last", Optional.empty(), true);
        stream.close();
        stream.keepGzipped(Gzip.pack("firstlast".getBytes(UTF_8)));
        assertThat(stream.join()).isTrue();
        assertThat(read(1)).isEqualTo("last");
        assertThat(read(0)).isEqualTo("first");
        assertThat(piece(0).model()).contains(OPUS);
        assertThat(piece(1).last()).isTrue();
        assertThat(stream.frames().size()).isEqualTo(9);
    }

    @Test
    void isNotStoppedByTheClientOfALeaderThatHasStopped() {
        Cancellation client = new Cancellation();
        Cancellation call = stream.leading(client);
        publish(1, "a", Optional.empty(), true);
        stream.close();
        client.request();
        assertThat(call.isRequested()).isFalse();
        assertThat(stream.join()).isTrue();
    }

    @Test
    void tellsTheFailureAfterTheLastPiece() throws Exception {
        publish(1, "a", Optional.empty(), false);
        Failed failed = new Failed(GENERATION, 1, 2, CacheVerdict.MISS, 529, "1", false, new byte[0]);
        assertThat(stream.join()).isTrue();
        sink.publish(failed);
        assertThat(read(0)).isEqualTo("a");
        assertThat(stream.mayContinueAt(1)).isFalse();
        assertThat(stream.failure("another key")).contains(failed);
        assertThat(stream.join()).isFalse();
    }

    @Test
    void isCopiedOnlyAsFarAsThereIsRoom() throws Exception {
        String start = "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{}}\n\n";
        publish(1, start, Optional.empty(), false);
        assertThat(stream.join()).isTrue();
        stream.close();
        RecordingSink full = new RecordingSink();
        full.keeps = false;
        assertThat(copy(full, new Cancellation()).run())
                .contains(new Broken(ApiError.of(500, "The answer is too long."), false));
        assertThat(full.deltas.getLast()).isInstanceOf(Failed.class);
    }

    @Test
    void isNotCopiedAnyFurtherWhenItIsCancelledWithoutRoom() throws Exception {
        publish(
                1,
                "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{}}\n\n",
                Optional.empty(),
                false);
        assertThat(stream.join()).isTrue();
        RecordingSink full = new RecordingSink();
        full.room = false;
        Cancellation cancellation = new Cancellation();
        FutureTask<Optional<Ending>> copying = new FutureTask<>(copy(full, cancellation)::run);
        Thread.startVirtualThread(copying);
        await().until(() -> full.askedForRoom.get() > 0);
        cancellation.request();
        assertThat(copying.get(30, TimeUnit.SECONDS)).containsInstanceOf(Cancelled.class);
    }

    private FollowerRun copy(DeltaSink sink, Cancellation cancellation) {
        return new FollowerRun(
                stream,
                "key",
                Generations.ONE_CALL,
                Clock.systemUTC(),
                new DeltaWriter(sink, GENERATION, 1, CacheVerdict.SHARED, Optional.empty(), 0),
                new DeliveredAnswer(new AnswerFrames()),
                cancellation);
    }

    @Test
    void continuesForItsFollowersWhenTheLeaderIsCancelled() {
        Cancellation client = new Cancellation();
        Cancellation call = stream.leading(client);
        stream.join();
        stream.join();
        client.request();
        assertThat(call.isRequested()).isFalse();
        stream.leave();
        assertThat(call.isRequested()).isFalse();
        stream.leave();
        assertThat(call.isRequested()).isTrue();
    }

    @Test
    void isStoppedByAReturnedLeaderOnlyWhenItLeavesAgain() {
        Cancellation client = new Cancellation();
        Cancellation call = stream.leading(client);
        stream.join();
        client.abandon();
        client.withdraw();
        stream.leave();
        assertThat(call.isRequested()).isFalse();
        client.abandon();
        assertThat(call.isRequested()).isTrue();
    }

    /** The command of the returned reader may be read while the stream is told that there is none. */
    @Test
    void isNotStoppedByALeaderThatReturnsMeanwhile() {
        Cancellation client = new Cancellation();
        client.onRequest(client::withdraw);
        Cancellation call = stream.leading(client);
        stream.join();
        client.abandon();
        stream.leave();
        assertThat(call.isRequested()).isFalse();
        client.abandon();
        assertThat(call.isRequested()).isTrue();
    }

    @Test
    void isStoppedWithItsFollowersByALeaderThatCancelled() {
        Cancellation client = new Cancellation();
        Cancellation call = stream.leading(client);
        stream.join();
        client.request();
        client.abandon();
        client.withdraw();
        stream.leave();
        assertThat(call.isRequested()).isTrue();
    }

    @Test
    void canBeFollowedWhenItsLeaderIsCancelledAfterTheLastEvent() {
        Cancellation client = new Cancellation();
        Cancellation call = stream.leading(client);
        client.request();
        publish(1, "a", Optional.empty(), true);
        assertThat(call.isRequested()).isTrue();
        assertThat(stream.join()).isTrue();
    }

    @Test
    void endsWithALeaderWithoutFollowers() {
        Cancellation client = new Cancellation();
        Cancellation call = stream.leading(client);
        client.request();
        assertThat(call.isRequested()).isTrue();
    }

    /** As the leader does: keeps the events, then publishes them. */
    private void publish(int sequence, String text, Optional<AnsweredBy> model, boolean last) {
        byte[] frames = text.getBytes(UTF_8);
        stream.frames().add(frames);
        sink.publish(new Frames(GENERATION, 1, sequence, CacheVerdict.MISS, frames, last, model, Optional.empty()));
    }

    private String read(int position) throws InterruptedException {
        return new String(piece(position).frames(), UTF_8);
    }

    private SharedStream.Piece piece(int position) throws InterruptedException {
        return stream.await(position, NOT_LONG, new Cancellation()).orElseThrow();
    }
}
