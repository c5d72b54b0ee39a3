package dev.parley.cache.kafka;

import static dev.parley.cache.Examples.fingerprint;
import static dev.parley.cache.Examples.frames;
import static dev.parley.cache.Examples.requested;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.contracts.delta.Delta.Frames;
import dev.parley.contracts.delta.DeltaCodec;
import dev.parley.contracts.event.CachePolicy;
import dev.parley.contracts.event.CacheVerdict;
import dev.parley.contracts.event.ChatRequested;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class DeltaPublisherTest {
    private final MockProducer<String, byte[]> producer = Records.producer(false);
    private final RecordSender<String> sender = new RecordSender<>(producer, Duration.ofMillis(5));
    private final ChatRequested requested = requested(fingerprint(), CachePolicy.USE);

    @Test
    void sendsAShortAnswerAsOneLastPiece() {
        byte[] frames = frames("Because.");
        CompletableFuture<Integer> sent = new DeltaPublisher(sender, 1_000).publish(requested, frames);
        producer.completeNext();
        assertThat(sent).isCompletedWithValue(1);
        assertThat(pieces()).singleElement().satisfies(piece -> {
            assertThat(piece.generation()).isEqualTo(requested.generation());
            assertThat(piece.attempt()).isEqualTo(1);
            assertThat(piece.sequence()).isZero();
            assertThat(piece.cache()).isEqualTo(CacheVerdict.EXACT);
            assertThat(piece.frames()).isEqualTo(frames);
            assertThat(piece.last()).isTrue();
        });
        assertThat(producer.history().getFirst().partition())
                .isEqualTo(requested.reply().partition());
    }

    @Test
    void sendsThePiecesOfALongAnswerOneAfterTheOther() {
        CompletableFuture<Integer> sent = new DeltaPublisher(sender, 1).publish(requested, frames("Because."));
        assertThat(producer.history()).hasSize(1);
        producer.completeNext();
        assertThat(producer.history()).hasSize(2);
        assertThat(sent).isNotDone();
        producer.completeNext();
        assertThat(sent).isCompletedWithValue(2);
        assertThat(pieces()).extracting(Frames::sequence).containsExactly(0, 1);
        assertThat(pieces()).extracting(Frames::last).containsExactly(false, true);
    }

    @Test
    void sendsNothingAfterAPieceThatWasLost() {
        CompletableFuture<Integer> sent = new DeltaPublisher(sender, 1).publish(requested, frames("Because."));
        producer.errorNext(new TimeoutException("no broker"));
        assertThat(sent).isCompletedExceptionally();
        assertThat(producer.history()).hasSize(1);
    }

    private List<Frames> pieces() {
        return producer.history().stream()
                .map(sent -> (Frames) DeltaCodec.decode(Records.received(sent, 0)))
                .toList();
    }
}
