package dev.parley.inference.generation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.delta.Delta;
import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.id.GenerationId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedStreamTest {
    private static final GenerationId GENERATION = GenerationId.unsigned(Clock.systemUTC(), 0);
    private static final Duration NOT_LONG = Duration.ofMillis(1);

    private final SharedStream stream = new SharedStream();
    private final List<Delta> sent = new ArrayList<>();
    private final DeltaSink sink = stream.publishingTo(sent::add);

    @Test
    void isReadFromItsStartByALateFollower() throws Exception {
        sink.publish(new Delta.Heartbeat(GENERATION, 1, 0));
        sink.publish(frames(1, "a", false));
        assertThat(stream.join()).isTrue();
        sink.publish(frames(2, "b", true));
        assertThat(stream.await(0, NOT_LONG, new Cancellation())).contains(sent.get(1));
        assertThat(stream.await(1, NOT_LONG, new Cancellation())).contains(sent.get(2));
        assertThat(stream.mayContinueAt(2)).isFalse();
        assertThat(sent).hasSize(3);
    }

    @Test
    void canBeFollowedAfterItsEndButNotAfterAFailure() {
        sink.publish(frames(1, "a", false));
        stream.close();
        assertThat(stream.join()).isFalse();
        sink.publish(frames(2, "b", true));
        assertThat(stream.join()).isTrue();
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
    void endsWithALeaderWithoutFollowers() {
        Cancellation client = new Cancellation();
        Cancellation call = stream.leading(client);
        client.request();
        assertThat(call.isRequested()).isTrue();
    }

    private static Frames frames(int sequence, String text, boolean last) {
        return new Frames(GENERATION, 1, sequence, CacheVerdict.MISS, text.getBytes(UTF_8), last);
    }
}
